// Signs livectl's recorded requests with the signer of jdcloud-sdk-js: jd_signer.js FILE.

const fs = require('fs')
const JDCloud = require('jdcloud-sdk-js/src/global')
require('jdcloud-sdk-js/src/services/live')
const Signer = require('jdcloud-sdk-js/src/lib/signers/v2')

JDCloud.config.update({ logger: () => {} })
const credentials = {
  accessKeyId: process.env.JD_ID,
  secretAccessKey: process.env.JD_SECRET
}

function authorization ({ method, target, headers, body }) {
  const [path, query] = target.split('?', 2)
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization)[1].split(';')
  const request = {
    regionId: 'jdcloud-api',
    path,
    request: { method, body, headers: new Map(names.map(name => [name, headers[name]])) },
    search: () => (query ? JDCloud.util.queryParamsToString(JDCloud.util.querystring.parse(query)) : '')
  }
  return new Signer(request, 'live').authorization(credentials, headers['x-jdcloud-date'])
}

const lines = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n')
const requests = lines.map(line => JSON.parse(line)).filter(({ target }) => target.startsWith('/v1/streams'))
const agree = requests.filter(request => authorization(request) === request.headers.authorization)
const isOk = requests.length > 0 && agree.length === requests.length
const detail = `${agree.length} of ${requests.length} signatures agree`
console.log(["livectl's requests", 'jdcloud-sdk-js signer', isOk ? 'ok' : 'FAIL', detail].join('\t'))
