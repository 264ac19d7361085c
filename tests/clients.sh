#!/usr/bin/env bash
# Drives the vendors' own clients through forbid, state, resume, list, drop, a wrong key and an unknown stream against
# `livectl sandbox`, and recomputes the signatures of livectl's own requests with the clients' signers. Prints a row for
# each, and exits with 0 only when every row holds. It is run by hand; `cargo test` does not run it.
#
#   tests/clients.sh
#
# It needs python3 with venv, node 18 or later, npm, openssl, and the network for what it installs into a temporary
# folder, which it removes at the end:
#
#   pip install tencentcloud-sdk-python-live    pip install jdcloud-sdk            pip install jdcloud-cli
#   pip install tccli                           pip install jdcloud-sdk==1.6.94    npm install jdcloud-sdk-js
#   pip install alibabacloud-live20161101
#   pip install volcengine
#   pip install huaweicloudsdklive
#
# LIVECTL names another binary, CLIENTS a folder of installations to keep and to use again.

set -euo pipefail
cd "$(dirname "$0")/.."

livectl=${LIVECTL:-$(cargo build --locked --message-format=json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')}
scripts=$PWD/tests/clients
work=$(mktemp -d)
clients=${CLIENTS:-$work/clients}
processes=()

finish() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

[ -x "$livectl" ] || { echo "clients.sh: no program $livectl" >&2; exit 2; }

# venv NAME PACKAGE...: a Python environment, made once.
venv() {
    local name=$1
    shift
    [ -e "$clients/$name/complete" ] && return
    echo "clients.sh: pip install $*" >&2
    python3 -m venv "$clients/$name"
    "$clients/$name/bin/pip" -q --disable-pip-version-check install "$@"
    touch "$clients/$name/complete"
}

# start FILE COMMAND...: runs a server whose first line is written to FILE, and waits for that line.
start() {
    local file=$1
    shift
    "$@" > "$file" 2>/dev/null &
    processes+=($!)
    for _ in {1..200}; do
        [ -s "$file" ] && return
        sleep 0.05
    done
    echo "clients.sh: $* does not answer" >&2
    exit 2
}

mkdir -p "$clients"
venv tencent tencentcloud-sdk-python-live
venv tccli tccli
venv jd jdcloud-sdk
venv jd-1.6.94 jdcloud-sdk==1.6.94
venv jdc jdcloud-cli
venv alibaba alibabacloud-live20161101
venv volcengine volcengine
venv huawei huaweicloudsdklive
if [ ! -d "$clients/js/node_modules/jdcloud-sdk-js" ]; then
    echo "clients.sh: npm install jdcloud-sdk-js" >&2
    mkdir -p "$clients/js"
    npm --prefix "$clients/js" --silent install jdcloud-sdk-js >&2
fi

start "$work/sandbox.toml" "$livectl" -q sandbox --listen 127.0.0.1:0
SANDBOX=$(sed -n 's|^# Listening on http://||p' "$work/sandbox.toml")

# profile SECTION KEY: a value of the profile that the sandbox prints.
profile() {
    sed -n "/^\[profiles.$1\]/,/^\$/s/^$2 = \"\(.*\)\"/\1/p" "$work/sandbox.toml"
}

JD_ID=$(profile next.jd access_key_id)
JD_SECRET=$(profile next.jd secret_access_key)
TENCENT_ID=$(profile next.tencent secret_id)
TENCENT_SECRET=$(profile next.tencent secret_key)
ALIBABA_ID=$(profile next.alibaba access_key_id)
ALIBABA_SECRET=$(profile next.alibaba secret_access_key)
VOLCENGINE_ID=$(profile next.volcengine access_key_id)
VOLCENGINE_SECRET=$(profile next.volcengine secret_access_key)
HUAWEI_ID=$(profile next.huawei access_key_id)
HUAWEI_SECRET=$(profile next.huawei secret_access_key)
HUAWEI_PROJECT=$(profile next.huawei project_id)
# The temporary keys are those of docs/sandbox.md.
key() {
    sed -n "s/^| $1 | \`\([^\`]*\)\` | \`\([^\`]*\)\` |\$/\\$2/p" docs/sandbox.md
}
JD_TEMPORARY_ID=$(key 'JD OpenAPI' 1)
JD_TEMPORARY_SECRET=$(key 'JD OpenAPI' 2)
TENCENT_TEMPORARY_ID=$(key 'Tencent API 3.0' 1)
TENCENT_TEMPORARY_SECRET=$(key 'Tencent API 3.0' 2)
VOLCENGINE_TEMPORARY_ID=$(key Volcengine 1)
VOLCENGINE_TEMPORARY_SECRET=$(key Volcengine 2)
JD_TEMPORARY_TOKEN="livectl-sandbox-security-token"
TENCENT_TEMPORARY_TOKEN=$JD_TEMPORARY_TOKEN
ALIBABA_TEMPORARY_ID=$(key 'Alibaba' 1)
ALIBABA_TEMPORARY_SECRET=$(key 'Alibaba' 2)
ALIBABA_TEMPORARY_TOKEN=$JD_TEMPORARY_TOKEN
VOLCENGINE_TEMPORARY_TOKEN=$JD_TEMPORARY_TOKEN
HUAWEI_TEMPORARY_ID=$(key Huawei 1)
HUAWEI_TEMPORARY_SECRET=$(key Huawei 2)
HUAWEI_TEMPORARY_TOKEN=$JD_TEMPORARY_TOKEN
TCCLI=$clients/tccli/bin/tccli
JDC=$clients/jdc/bin/jdc
JDC_HOMES=$work/jdc
NODE_PATH=$clients/js/node_modules
PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore
# The clients look for configuration in the home folder, and may not go through a proxy.
HOME=$work/home no_proxy=127.0.0.1
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
mkdir "$HOME"
export SANDBOX JD_ID JD_SECRET JD_TEMPORARY_ID JD_TEMPORARY_SECRET JD_TEMPORARY_TOKEN
export TENCENT_ID TENCENT_SECRET TENCENT_TEMPORARY_ID TENCENT_TEMPORARY_SECRET TENCENT_TEMPORARY_TOKEN
export ALIBABA_ID ALIBABA_SECRET ALIBABA_TEMPORARY_ID ALIBABA_TEMPORARY_SECRET ALIBABA_TEMPORARY_TOKEN
export VOLCENGINE_ID VOLCENGINE_SECRET
export VOLCENGINE_TEMPORARY_ID VOLCENGINE_TEMPORARY_SECRET VOLCENGINE_TEMPORARY_TOKEN
export HUAWEI_ID HUAWEI_SECRET HUAWEI_PROJECT
export HUAWEI_TEMPORARY_ID HUAWEI_TEMPORARY_SECRET HUAWEI_TEMPORARY_TOKEN
export TCCLI JDC JDC_HOMES NODE_PATH PYTHONDONTWRITEBYTECODE PYTHONWARNINGS HOME no_proxy

# tccli trusts certifi's list alone, so that of its environment gets the certificate of the TLS front.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
list=$("$clients/tccli/bin/python" -c 'import certifi; print(certifi.where())')
[ -e "$list.original" ] || cp "$list" "$list.original"
cat "$list.original" "$work/certificate.pem" > "$list"
start "$work/tls" python3 "$scripts/tls_front.py" "$work/certificate.pem" "$work/key.pem"
TLS_FRONT=$(cat "$work/tls")
export TLS_FRONT

start "$work/recorder" python3 "$scripts/recorder.py" "$work/requests"
sed "s|http://$SANDBOX|http://$(cat "$work/recorder")|" "$work/sandbox.toml" > "$work/recorded.toml"
names=(cam1 直播 'a b' 'a+b%20c' 'a&b=c' "it's" 'x:y')
record() { "$livectl" -q -c "$work/recorded.toml" -p next --exact "$@" > /dev/null || true; }
for command in "forbid --for 2h" resume drop status; do
    # shellcheck disable=SC2086
    record tencent ${command} "${names[@]}"
done
for command in "forbid --permanent" permit drop; do
    # shellcheck disable=SC2086
    record jd ${command} "${names[@]/#/live/}" --domain push.example.com
done
for command in "forbid --for 2h" resume drop status; do
    # shellcheck disable=SC2086
    record huawei ${command} "${names[@]/#/live/}" --domain push.example.com
done
for command in "forbid --for 2h" resume drop status; do
    # shellcheck disable=SC2086
    record alibaba ${command} "${names[@]/#/live/}" --domain push.example.com
done
for command in online forbidden; do record alibaba "$command"; done
for command in "forbid --for 2h" resume drop status; do
    # shellcheck disable=SC2086
    record volcengine ${command} "${names[@]/#/live/}"
done
for app in live 直播 'a b'; do
    record jd online --domain push.example.com --app "$app"
    record volcengine online --app "$app"
    record volcengine forbidden --app "$app"
    record huawei online --domain push.example.com --app "$app"
done

# client NAME COMMAND...: its rows, or one that tells why there are none.
client() {
    local name=$1
    shift
    timeout 300 "$@" 2> "$work/stderr" ||
        printf '%s\tran\tFAIL\t%s\n' "$name" "$(grep -m 1 Error "$work/stderr" | tr '\t' ' ')"
}

{
    client tencentcloud-sdk-python "$clients/tencent/bin/python" "$scripts/tencent_sdk.py"
    client tccli python3 "$scripts/tccli.py"
    client jdcloud-sdk "$clients/jd/bin/python" "$scripts/jd_sdk.py" jdcloud-sdk
    client 'jdcloud-sdk 1.6.94' "$clients/jd-1.6.94/bin/python" "$scripts/jd_sdk.py" 'jdcloud-sdk 1.6.94'
    client jdcloud-cli python3 "$scripts/jd_cli.py"
    client jdcloud-sdk-js node "$scripts/jd_sdk.js"
    client alibabacloud-live20161101 "$clients/alibaba/bin/python" "$scripts/alibaba_sdk.py"
    client 'Alibaba signer' "$clients/alibaba/bin/python" "$scripts/alibaba_signer.py" "$work/requests"
    client volcengine "$clients/volcengine/bin/python" "$scripts/volcengine_sdk.py"
    client 'Tencent signer' "$clients/tencent/bin/python" "$scripts/tencent_signer.py" "$work/requests"
    client 'JD signer' "$clients/jd-1.6.94/bin/python" "$scripts/jd_signer.py" "$work/requests"
    client 'JD signer' node "$scripts/jd_signer.js" "$work/requests"
    client 'Volcengine signer' "$clients/volcengine/bin/python" "$scripts/volcengine_signer.py" "$work/requests"
    client huaweicloudsdklive "$clients/huawei/bin/python" "$scripts/huawei_sdk.py"
    client 'Huawei signer' "$clients/huawei/bin/python" "$scripts/huawei_signer.py" "$work/requests"
} > "$work/rows"

column -t -s $'\t' -N CLIENT,STEP,RESULT,DETAIL "$work/rows"

# Seventeen clients of seven steps, and six signers.
expected=$((17 * 7 + 6))
held=$(awk -F '\t' '$3 == "ok"' "$work/rows" | wc -l)
rows=$(wc -l < "$work/rows")
echo "$held of $rows rows hold, $expected are expected"
[ "$held" -eq "$expected" ] && [ "$rows" -eq "$expected" ]
