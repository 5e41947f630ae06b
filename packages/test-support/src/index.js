// @ts-check
export { createCertificate } from './create-certificate.js';
export { freePort } from './free-port.js';
export { ManagedProcess } from './managed-process.js';
export { PgBouncerServer } from './pgbouncer-server.js';
export { findPostgres, PostgresServer } from './postgres-server.js';
export { RedisCluster } from './redis-cluster.js';
export { RedisSentinel } from './redis-sentinel.js';
export { findRedis, RedisServer } from './redis-server.js';
export { requestListener } from './request-listener.js';
export { findHaproxy, findNginx, ReverseProxy } from './reverse-proxies.js';
export { ServerProcess } from './server-process.js';
export { servicesAvailable } from './services-available.js';
export { createTcpProxy } from './tcp-proxy.js';
export { whenClosed } from './when-closed.js';
export { withTimeout } from './with-timeout.js';

/** @typedef {import('./server-process.js').ServerProcessOptions} ServerProcessOptions */
/** @typedef {import('./postgres-server.js').SmallDisk} SmallDisk */
/** @typedef {import('./tcp-connection.js').TcpConnection} TcpConnection */
/** @typedef {import('./tcp-connection.js').CutMode} CutMode */
/** @typedef {import('./tcp-connection.js').Direction} Direction */
/** @typedef {import('./tcp-proxy.js').TcpProxy} TcpProxy */
