# wrun and its node installer. With no registry at hand, name images that are there:
#   buildah build --build-arg BASE=… --build-arg BUILD=… .
# and with a dist/ that is built already, skip the build: --build-context dist=dist/lib
# The same input gives the same image with --timestamp 0 (buildah) or SOURCE_DATE_EPOCH=0 (BuildKit).
ARG BASE=debian:12-slim
ARG BUILD=node:22-bookworm-slim

FROM ${BUILD} AS build
RUN command -v gcc >/dev/null || \
    (apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*)
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY . .
RUN node scripts/build.mjs

FROM scratch AS dist
COPY --from=build /src/dist/lib/ /

FROM ${BASE}
LABEL org.opencontainers.image.title="wrun" \
      org.opencontainers.image.description="crun for WebAssembly, and what puts it on a Kubernetes node" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=dist --chown=0:0 / /opt/wrun/
COPY --chown=0:0 deploy/installer/install.sh deploy/installer/node-api.mjs /opt/wrun/
ENV PATH=/opt/wrun:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# wrun image and wrun wasm need no more. The node installer's DaemonSet asks for root, as it writes to the host.
USER 65532:65532
ENTRYPOINT ["/opt/wrun/install.sh"]
