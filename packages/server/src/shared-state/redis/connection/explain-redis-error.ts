/** Why a retry does not help; undefined when it may. */
export function explainRejection(reason: string, prefix: string): string | undefined {
  if (/^(?:NOAUTH|WRONGPASS)/.test(reason)) {
    return `Redis rejects the user name or the password: ${reason}`;
  }
  if (/NOPERM|ACL failure|The user executing the script/.test(reason)) {
    return `The Redis user lacks permissions. It needs at least "~${prefix}* &${prefix}* +@all -@dangerous +info" (keys, channels, commands): ${reason}`;
  }
  if (/cluster support disabled/.test(reason)) {
    return `The Redis server is not part of a Redis Cluster: use redis:// instead of redis+cluster://. ${reason}`;
  }
  if (/DB index/.test(reason)) return `Redis does not have the database in the URL: ${reason}`;
  return undefined;
}

/**
 * Adds the setting to change to the messages of OpenSSL, and what may be wrong with a URL that has never worked.
 * @param worked whether the connection has worked before: then the URL is right
 */
export function explainConnectionError(
  reason: string,
  { tls, worked }: { readonly tls: boolean; readonly worked: boolean },
): string {
  if (/self[- ]signed certificate|unable to (?:get|verify)/i.test(reason)) {
    return `${reason}: set NODE_EXTRA_CA_CERTS to the CA file of the authority that signed the certificate of Redis`;
  }
  if (/altnames/.test(reason))
    return `${reason} Use a name of the certificate as the host in the URL.`;
  if (worked || !(tls ? lackOfTls : otherProtocol).test(reason)) return reason;
  return `${reason.replace(/(?:\. Please report this\.|[:\s]+)$/, '')}: ${tls ? withoutTls : withTls}`;
}

/** A server without TLS waits for the rest of a command, closes the connection, or responds. */
const lackOfTls = /ETIMEDOUT|ECONNRESET|before secure TLS|wrong version number/;
const withoutTls = 'if the server has no TLS, use redis instead of rediss in the URL';
const otherProtocol = /connection was lost|ECONNRESET|Unknown RESP type/;
const withTls =
  'the port may be that of another service, or need TLS: then use rediss instead of redis in the URL';
