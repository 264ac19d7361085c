# docker build -t livectl:0.2.0 .
# docker run --rm livectl:0.2.0 --sandbox tencent forbid 8888_test123 --for 2h
# docker run --rm -v "$PWD/livectl:/etc/livectl:ro" -v livectl:/var/lib/livectl livectl:0.2.0 config check
#
# The mounted folder has config.toml and the secret files that it names, each mode 0400 and owned by user 65532; no secret
# belongs into the image or its environment. The volume keeps the memory of what was done.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache ca-certificates git musl-dev
WORKDIR /livectl
COPY . .
# Alpine's own target is musl, which is linked statically.
RUN cargo install --locked --path . --root /out && mkdir /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 --chmod=700 /empty /var/lib/livectl
COPY --from=build /out/bin/livectl /usr/bin/livectl
# An image without users has no home folder: the profile file is /etc/livectl/config.toml, the memory /var/lib/livectl.
ENV XDG_CONFIG_HOME=/etc XDG_STATE_HOME=/var/lib
USER 65532:65532
ENTRYPOINT ["/usr/bin/livectl"]
