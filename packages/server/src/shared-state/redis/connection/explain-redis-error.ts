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

/** Adds the setting to change to the messages of OpenSSL. */
export function explainConnectionError(reason: string): string {
  if (/self[- ]signed certificate|unable to (?:get|verify)/i.test(reason)) {
    return `${reason}: set NODE_EXTRA_CA_CERTS to the CA file of the authority that signed the certificate of Redis`;
  }
  if (/altnames/.test(reason))
    return `${reason} Use a name of the certificate as the host in the URL.`;
  return reason;
}
