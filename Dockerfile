# The server as an image: docker build -t chat-server . (docs/operations/deployment.md says how it was tested)
FROM node:22-slim AS build
WORKDIR /chat
COPY . .
# No dependency needs an install script. The last three packages are for PostgreSQL, Redis and --static.
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && npm run build -w packages/contract -w packages/conformance -w packages/server --if-present \
  && npm pack -w packages/server --pack-destination /tmp \
  && mkdir /app && cd /app && npm init -y >/dev/null \
  && npm install --omit=dev --ignore-scripts --no-audit --no-fund /tmp/chat-server-*.tgz pg@8 ioredis@6 @fastify/static@9

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=root:root /app /app
# The SQLite file; PostgreSQL needs no volume.
RUN mkdir /data && chown node:node /data
VOLUME /data
ENV CHAT_DATA=/data/chat.db
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "node_modules/@chat/server/dist/cli.cjs", "start", "--host", "0.0.0.0"]
