/** A setting in a text, such as a configuration file. */
export interface TextSetting {
    /** Its name. */
    readonly name: string;
    /** Its value, without quotes. */
    readonly value: string;
    /** Line in the text, counted from 1. */
    readonly line: number;
}

/** Maximum length of a line; longer lines are not configuration. */
const LINE_LENGTH = 2_000;

/** Maximum lines of a text: more than an object within the size limit of etcd can have. */
const LINES = 50_000;

/** `name = value`, `name: value` and `export name=value`, with or without quotes and a list's dash. */
const ASSIGNMENT = /^\s*(?:export\s+|set\s+|-\s+)?["']?([\w./:@-]{1,200}?)["']?\s*(?:=>|[:=])\s*(.*)$/;

/** `"name": "value"` anywhere in a line, as in JSON. */
const QUOTED = /"([\w./:@-]{1,200})"\s*:\s*"((?:[^"\\]|\\.){1,1000})"/g;

/** `<name>value</name>`, as in XML. */
const ELEMENT = /<([\w.:-]{1,100})>([^<]{1,1000})<\//g;

/** `//registry/:_authToken=value`, as in the configuration of npm. */
const NPM = /:_(?:auth|authToken|password)=(\S{1,1000})/g;

/** YAML indicators that start a block or an alias, and so are not values. */
const STRUCTURE = /^(?:[|>][+-]?\d?|[&*!][\w-]+.*|[[{].*)$/;

/** `name: "value"`, `name="value"` and `"name", "value"`, as in programs and attributes of XML. */
const LITERAL =
    /(?:(["'])([\w.-]{2,100})\1\s{0,5}(?:=>|[:=,])|\b([\w.-]{2,100})\s{0,5}[:=])\s{0,5}(?:"([^"\\]{1,500})"|'([^'\\]{1,500})')/g;

/** `name=value` in a connection string or the query of a URL. */
const PARAMETER = /[?&;,\s"']([A-Za-z][\w.-]{1,60})=([^\s&;,'"<>)]{1,300})/g;

/** `requirepass value`, as in the configuration of Redis. */
const DIRECTIVE = /^\s*(requirepass|masterauth)\s+["']?([^\s"']{1,300})/;

/** `host:port:database:user:password`, as in the password file of PostgreSQL. */
const PGPASS = /^[^:\s#]{1,255}:(?:\d{1,5}|\*):[^:\s]{1,100}:[^:\s]{1,100}:([^:\s]{1,300})$/;

/** `password value` in a file of logins, and what tells one. */
const LOGIN = { file: /^\s*(?:machine\s+\S|default\s+login\b)/m, password: /(?:^|\s)password\s+(\S{1,300})/g };

/** Lines that a program or server passes over. */
const COMMENT = /^\s*(?:#|;|\/\/\s)/;

/** A text without its comments. */
export function withoutComments(text: string): string {
    return lines(text)
        .filter((line) => !COMMENT.test(line))
        .join("\n");
}

/** Settings in the text of a file: properties, ini, YAML, JSON, XML, .env, logins, programs and the credentials of Docker. */
export function settingsIn(text: string): TextSetting[] {
    const logins = LOGIN.file.test(text);
    return lines(text).flatMap((whole, index) => {
        const line = whole.slice(0, LINE_LENGTH);
        const found = logins
            ? [...settingsOf(line), ...named("password", line.matchAll(LOGIN.password))]
            : settingsOf(line);
        return found.map((setting) => ({ ...setting, line: index + 1 }));
    });
}

function lines(text: string): string[] {
    return text.split(/\r\n|\n|\r/, LINES);
}

type Setting = Omit<TextSetting, "line">;

/** Settings of one name, by the value in the first group of each match. */
function named(name: string, matches: Iterable<RegExpMatchArray>): Setting[] {
    return [...matches].map(([, value = ""]) => ({ name, value }));
}

function settingsOf(line: string): Setting[] {
    // Most lines of most files.
    if (COMMENT.test(line) || !/[:=<,]|pass|auth/i.test(line)) {
        return [];
    }
    const quoted = [...line.matchAll(QUOTED), ...line.matchAll(ELEMENT)].map(([, name = "", value = ""]) => ({
        name: rename(name),
        value,
    }));
    quoted.push(
        ...[...line.matchAll(LITERAL)].map(([, , text, word, double, single]) => ({
            name: rename(text ?? word ?? ""),
            value: double ?? single ?? "",
        })),
        ...named("auth_token", line.matchAll(NPM)),
        ...named(
            "password",
            [PGPASS.exec(line.trim())].filter((match) => match !== null),
        ),
    );
    const [, directive, secret = ""] = DIRECTIVE.exec(line) ?? [];
    if (directive !== undefined) {
        quoted.push({ name: directive, value: secret });
    }
    const parameters = [...line.matchAll(PARAMETER)].map(([, name = "", value = ""]) => ({ name, value }));
    const [, name, rest = ""] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || quoted.length > 0) {
        return [...quoted, ...parameters];
    }
    const value = unquoted(rest);
    return STRUCTURE.test(value) ? parameters : [{ name: rename(name), value }, ...parameters];
}

/** Keys of Docker credentials, which are not recognizable by name. */
function rename(name: string): string {
    return name === "auth" || name === "identitytoken" ? "auth_token" : name;
}

function unquoted(text: string): string {
    const value = text.trim().replace(/[,;]$/, "");
    const [, , inner] = /^(["'])(.*?)\1/.exec(value) ?? [];
    return inner ?? value.replace(/\s+#.*$/, "");
}
