/** Names of settings that hold secrets: as whole words of the name, but for passwords (PGPASSWORD, dbPassword). */
export const SECRET_KEY =
    "(?:password|passwd|passphrase)$|(^|[_.-])(secret|secret[_-]?key|private[_-]?key|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|token|credentials?)$";

/** Endings of a name which say that the value only refers to a secret, or describes it. */
const ABOUT_SECRETS = /(?:[_.-](?:name|file|path|dir|ref|url|uri|type|length|ttl|age|enabled|issuer|header|id))$/i;

/** Values that are secrets whatever the setting is called. Every repetition is bounded: values may be large and hostile. */
export const SECRET_VALUE = [
    "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----",
    "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b",
    "\\bgh[pousr]_[A-Za-z0-9]{36}",
    "\\bgithub_pat_[A-Za-z0-9_]{22}",
    "\\bxox[abprs]-[A-Za-z0-9-]{10}",
    "\\bglpat-[A-Za-z0-9_-]{20}",
    "\\beyJ[A-Za-z0-9_-]{10,1000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10}",
    "\\b[a-z][a-z0-9+.-]{0,30}://[^\\s:/?#@$]{0,200}:[^\\s/?#@$]{3,200}@",
].join("|");

/** Values of a setting that are no secret though its name is one's: empty, a switch, a reference, a placeholder. */
const HARMLESS =
    /^(?:|true|false|yes|no|on|off|none|null|\d{1,5}|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<.*>|\/.*|[a-z]+:\/\/[^@]*)$/i;

/** Whether a setting looks like a secret by its name and value, or by its value alone. */
export function looksSecret(name: string, value: string, key: RegExp, content: RegExp): boolean {
    if (content.test(value)) {
        return true;
    }
    return key.test(name) && !ABOUT_SECRETS.test(name) && !HARMLESS.test(value.trim());
}
