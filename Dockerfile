# The gateway, its worker and its commands; the embedded Postgres too, where DATABASE_URL is not set.
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json schema.graphql ./
COPY drizzle drizzle
COPY src src
COPY scripts scripts
RUN npm run build && npm prune --omit=dev
# The embedded Postgres once: it makes the links that its package comes without, and shows that it runs here.
RUN node dist/main.js migrate --data-dir /tmp/data && rm -r /tmp/data

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="snapshot-gateway" \
      org.opencontainers.image.description="A GraphQL gateway that takes, backs up and removes snapshots of volumes" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app/package.json /app/schema.graphql ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/drizzle drizzle
COPY --from=build /app/dist dist
RUN ln -s /app/dist/main.js /usr/local/bin/snapshot-gateway && chmod 0755 dist/main.js \
 && mkdir -m 0755 /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 AUTH=keys DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Longer than SHUTDOWN_TIMEOUT has to be the time that a stop is given: docker stop has 10 s unless told otherwise.
STOPSIGNAL SIGTERM
ENTRYPOINT ["snapshot-gateway"]
