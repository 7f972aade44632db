/**
 * Names of settings that contain secrets, with words joined by `_`: `clientSecret` is `client_secret`. Matches whole
 * words at the end, except words often joined to others, as in PGPASSWORD and githubtoken.
 */
export const SECRET_KEY =
    "(?:passw(?:or)?d|passphrase|passcode|apikey|privatekey|secretkey|accesskey|clientsecret|authtoken|accesstoken|githubtoken|" +
    "gitlabtoken|bottoken)$|" +
    "(?:^|[_.-])(?:pwd|pass|secret|secret[_.-]?key(?:[_.-]?base)?|secret[_.-]?access[_.-]?key|token|credentials?|" +
    "(?:private|api|access|encryption|signing|master|account|shared|service[_.-]?account|ssh|deploy|session|jwt|hmac|aes)" +
    "[_.-]?key)$";

/** Name endings of settings that only refer to a secret or describe it. */
const ABOUT_SECRETS =
    /(?:[_.-](?:name|file|path|dir|ref|url|uri|type|length|ttl|age|enabled|issuer|header|id|expiry|algorithm|provider|prefix|mount))$/i;

/** Names whose value is the name of a Secret in the cluster. */
const NAMES_A_SECRET =
    /(?:^|_)(?:(?:image_)?pull|existing|tls|cert|certificate|ca|k8s|kube|kubernetes|registry|dockerconfig)_secrets?$/;

/** Valid names of a Secret. */
const SECRET_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Words typical of the name of a Secret. */
const SPEAKS_OF_SECRETS = /(?:^|[.-])(?:secrets?|creds?|credentials?|tls|certs?|auth|tokens?|keys?|config)(?:$|[.-])/;

/**
 * Values that are secrets regardless of the setting's name. Every repetition is bounded: values may be large and
 * malicious.
 */
export const SECRET_VALUE = [
    "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----",
    "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b",
    "\\bgh[pousr]_[A-Za-z0-9]{36}",
    "\\bgithub_pat_[A-Za-z0-9_]{22}",
    "\\bxox[abprs]-[A-Za-z0-9-]{10}",
    "\\bglpat-[A-Za-z0-9_-]{20}",
    "\\beyJ[A-Za-z0-9_-]{10,1000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10}",
    "\\b[a-z][a-z0-9+.-]{0,30}://[^\\s:/?#@$]{0,200}:(?![$<{*])[^\\s/?#@$]{3,200}@",
    "(?:^|[;\"'])\\s{0,5}[Pp](?:ass)?(?:word|wd)\\s{0,5}=\\s{0,5}(?![$<{*])[^;\\s\"'$<{]{1,200};",
    ";\\s{0,5}[Pp](?:ass)?(?:word|wd)\\s{0,5}=\\s{0,5}(?![$<{*])[^;\\s\"'$<{]{1,200}",
    "\\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{20}",
].join("|");

/** Values that are not secret despite the setting's name: empty, a boolean, a reference, a placeholder. */
const HARMLESS =
    /^(?:|true|false|yes|no|on|off|none|null|~|\d{1,5}|\$\(.*\)|\$\{.*\}|\$\w+|%\w+%|\{\{.*\}\}|<.*>|\*+|\/.*|(?:file|env|vault|ref|secret|arn|gcp|aws|azure|sm):\S*|[a-z]+:\/\/[^@]*)$/i;

/** Confidence that a value is a secret. */
export type Suspicion = "secret" | "perhaps";

/** The words of a name in lower case, joined by `_`; equal for `githubToken`, `GITHUB_TOKEN` and `github-token`. */
export function wordsOf(name: string): string {
    return name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .toLowerCase();
}

/**
 * Whether a setting looks like a secret by its name and value, or by its value alone. `perhaps` when the value may also
 * be the name of a Secret.
 */
export function suspicionOf(name: string, value: string, key: RegExp, content: RegExp): Suspicion | undefined {
    if (content.test(value)) {
        return "secret";
    }
    const words = wordsOf(name);
    const text = value.trim();
    if (!(key.test(name) || key.test(words)) || ABOUT_SECRETS.test(name) || ABOUT_SECRETS.test(words)) {
        return undefined;
    }
    if (HARMLESS.test(text)) {
        return undefined;
    }
    if (!SECRET_NAME.test(text)) {
        return "secret";
    }
    if (NAMES_A_SECRET.test(words)) {
        return undefined;
    }
    // Unlike a password setting, a setting called `secret` may contain the name of a Secret.
    return /(?:^|_)(?:secret|credentials?)$/.test(words) && SPEAKS_OF_SECRETS.test(text) ? "perhaps" : "secret";
}
