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

/** Settings in the text of a file: properties, ini, YAML, JSON, XML, .env and the credentials of Docker. */
export function settingsIn(text: string): TextSetting[] {
    return text
        .split("\n", LINES)
        .flatMap((line, index) =>
            settingsOf(line.slice(0, LINE_LENGTH)).map((found) => ({ ...found, line: index + 1 })),
        );
}

function settingsOf(line: string): Omit<TextSetting, "line">[] {
    if (/^\s*(?:#|;|\/\/\s)/.test(line)) {
        return [];
    }
    const quoted = [...line.matchAll(QUOTED), ...line.matchAll(ELEMENT)].map(([, name = "", value = ""]) => ({
        name: rename(name),
        value,
    }));
    quoted.push(...[...line.matchAll(NPM)].map(([, value = ""]) => ({ name: "auth_token", value })));
    const [, name, rest = ""] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined || quoted.length > 0) {
        return quoted;
    }
    const value = unquoted(rest);
    return STRUCTURE.test(value) ? [] : [{ name: rename(name), value }];
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

/** `--name=value`, `--name value` and `NAME=value` in the arguments of a command. */
const ARGUMENT =
    /(?:^|\s)(?:--?([A-Za-z][\w.-]{1,100})(?:=|\s+)|([A-Za-z_]\w{1,100})=)(?:"([^"]{1,500})"|'([^']{1,500})'|(\S{1,500}))/g;

/** Settings in one argument, which may be a whole script. A flag without a value takes the next argument. */
export function settingsInArgument(argument: string, next: string | undefined): Omit<TextSetting, "line">[] {
    const [, flag] = /^--?([A-Za-z][\w.-]{1,100})$/.exec(argument) ?? [];
    if (flag !== undefined) {
        return next === undefined || next.startsWith("-") ? [] : [{ name: flag, value: next }];
    }
    return [...argument.slice(0, LINE_LENGTH).matchAll(ARGUMENT)].map(([, name, variable, ...values]) => ({
        name: name ?? variable ?? "",
        value: values.find(Boolean) ?? "",
    }));
}
