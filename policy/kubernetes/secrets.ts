/**
 * Names of settings that contain secrets, with words joined by `_`: `clientSecret` is `client_secret`. Matches whole
 * words at the end, except words often joined to others, as in PGPASSWORD and githubtoken.
 */
export const SECRET_KEY =
    "(?:(?:passw(?:or)?d|passphrase|passcode|apikey|privatekey|secretkey|accesskey|clientsecret|authtoken|accesstoken|" +
    "githubtoken|gitlabtoken|bottoken|requirepass|masterauth)|" +
    "(?:^|[_.-])(?:pwd?|pass|secret|secret[_.-]?key(?:[_.-]?base)?|secret[_.-]?access[_.-]?key|token|credentials?|" +
    "client[_.-]?key[_.-]?data|" +
    "(?:private|api|access|encryption|signing|master|account|shared|service[_.-]?account|ssh|deploy|session|jwt|hmac|aes)" +
    "[_.-]?key))" +
    "(?:_?[0-9]{1,3})?(?:_(?:old|new|prod|production|stage|staging|dev|test|primary|secondary|default|b64|base64))?$";

/** Name endings of settings that only refer to a secret or describe it. */
const ABOUT_SECRETS =
    /(?:[_.-](?:name|file|path|dir|ref|url|uri|type|length|ttl|age|enabled|issuer|header|id|expiry|algorithm|provider|prefix|mount))$/i;

/** Names whose value is the name of a Secret in the cluster. */
const NAMES_A_SECRET =
    /(?:^|_)(?:(?:image_)?pull|existing|tls|cert|certificate|ca|k8s|kube|kubernetes|registry|dockerconfig)_secrets?$/;

/** Valid names of a Secret, also with its namespace. */
const SECRET_NAME = /^(?:[a-z0-9-]{1,63}\/)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Words typical of the name of a Secret. */
const SPEAKS_OF_SECRETS = /(?:^|[.-])(?:secrets?|creds?|credentials?|tls|certs?|auth|tokens?|keys?|config)(?:$|[.-])/;

/**
 * Values that are secrets regardless of the setting's name. Every repetition is bounded: values may be large and
 * malicious.
 */
export const SECRET_VALUE = [
    "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    "\\bPuTTY-User-Key-File-\\d:",
    "\\bAGE-SECRET-KEY-1[0-9A-Z]{20}",
    "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b",
    "\\bgh[pousr]_[A-Za-z0-9]{36}",
    "\\bgithub_pat_[A-Za-z0-9_]{22}",
    "\\bxox[abprs]-[A-Za-z0-9-]{10}",
    "\\bhooks\\.slack\\.com/services/T[A-Z0-9]{5,20}/B[A-Z0-9]{5,20}/[A-Za-z0-9]{10}",
    "\\b(?:sk|rk)_live_[A-Za-z0-9]{16}",
    "\\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20}",
    "\\bAIza[0-9A-Za-z_-]{35}",
    "\\bSG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16}",
    "\\b(?:npm|hf|shpat|dop_v1|pypi)[_-][A-Za-z0-9_-]{32}",
    "\\b\\d{8,10}:AA[A-Za-z0-9_-]{33}",
    "\\bAuthorization[\"']?\\s{0,5}[:=,]?\\s{0,5}[\"']?(?:Basic|Bearer)\\s{1,5}[A-Za-z0-9+/=._~-]{8}",
    "\\bIDENTIFIED\\s{1,5}(?:WITH\\s{1,5}\\S{1,50}\\s{1,5})?BY\\s{1,5}'(?![$<{*])[^']{3}",
    "\\bPASSWORD\\s{1,5}'(?![$<{*])[^']{3}",
    "\\b[\\w.-]{1,60}:(?![$<{*])[^\\s:/?#@$]{3,200}@(?:tcp|unix|udp)\\(",
    "\\bglpat-[A-Za-z0-9_-]{20}",
    "\\beyJ[A-Za-z0-9_-]{10,1000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10}",
    "\\b[a-z][a-z0-9+.-]{0,30}://[^\\s:/?#@$]{0,200}:(?![$<{*])[^\\s/?#@$]{3,200}@",
    "(?:^|[;\"'])\\s{0,5}[Pp](?:ass)?(?:word|wd)\\s{0,5}=\\s{0,5}(?![$<{*])[^;\\s\"'$<{]{1,200};",
    ";\\s{0,5}[Pp](?:ass)?(?:word|wd)\\s{0,5}=\\s{0,5}(?![$<{*])[^;\\s\"'$<{]{1,200}",
    "\\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{20}",
].join("|");

/** Values that are not secret despite the setting's name: empty, a boolean, a reference, a placeholder. */
const HARMLESS = new RegExp(
    `^(?:${[
        "|true|false|yes|no|on|off|none|null|~|\\d{1,5}|\\*+|/.*|<.*>",
        // References of shells, Kubernetes, Helm, Spring, Grafana, Argo CD, Python and others; cut off at a space, too.
        "\\$\\(.*|\\$\\{.*\\}|\\$[\\w.:-]+|\\$__?\\w+\\{.*\\}|%\\w+%|%\\(.*|\\{\\{.*|`.*|\\[\\[.*\\]\\]|@.*@|!\\w.*",
        // Expressions of programs.
        "[A-Za-z_][\\w.]*(?:\\(.*\\)|\\[.*\\])[,;]?|process\\.env\\.\\w+|(?:self|this|config|settings|args|options|env)\\.[\\w.]+",
        "(?:file|env|vault|ref|secret|arn|gcp|aws|azure|sm):\\S*|[a-z]+://[^@]*",
    ].join("|")})$`,
    "i",
);

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
