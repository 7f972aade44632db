import { settingsIn, type TextSetting } from "./secretText";

/** A setting in the arguments of a command. */
type Setting = Omit<TextSetting, "line">;

/** Characters of an argument that are read; longer ones are scripts of which the rest is not. */
const LENGTH = 20_000;

/** `--name=value`, `--name value`, `-Dname=value` and `NAME=value` in the arguments of a command. */
const ARGUMENT =
    /(?:^|[\s"'&?;])(?:--?([A-Za-z][\w.-]{1,100})(?:=|\s+)|([A-Za-z_][\w.-]{1,100})=)(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s&;"']{1,500}))/g;

/** Credentials in the arguments of well-known programs, which give them no name of their own. */
const CREDENTIALS: readonly RegExp[] = [
    /\bcurl\b[^|;&]{0,500}?\s(?:-u|--user)[\s=]{0,3}["']?[^\s"':$]{1,100}:([^\s"'$]{3,200})/g,
    /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)\b[^|;&]{0,500}?\s-p([^\s"'$-][^\s"']{2,200})/g,
    /\b(?:docker|podman|helm|skopeo|crane|buildah|nerdctl|oras)\b[^|;&]{0,300}?\slogin\b[^|;&]{0,300}?\s-p[\s=]{0,3}["']?([^\s"'$]{3,200})/g,
    /\bsshpass\s{1,5}-p\s{0,3}["']?([^\s"'$]{3,200})/g,
    /\bredis-cli\b[^|;&]{0,300}?\s(?:-a|--pass)\s{1,5}["']?([^\s"'$]{3,200})/g,
];

/** `-H "Name: value"`, a header of a request. */
const HEADER = /\s(?:-H|--header)[\s=]{0,3}["']?([\w-]{1,100}):\s{0,5}([^"'\n]{3,300})/g;

/** Settings in one argument, which may be a whole script. A flag without value takes that of the next argument. */
export function settingsInArgument(argument: string, next: string | undefined): Setting[] {
    const [, flag] = /^--?([A-Za-z][\w.-]{1,100})$/.exec(argument) ?? [];
    if (flag !== undefined) {
        return next === undefined || next.startsWith("-") ? [] : [{ name: flag, value: next }];
    }
    return [...argument.slice(0, LENGTH).matchAll(ARGUMENT)].map(([, name, variable, ...values]) => ({
        name: name ?? variable ?? "",
        value: values.find(Boolean) ?? "",
    }));
}

/** Settings in the value of an environment variable that holds several: options of a program, a connection string, JSON. */
export function settingsInVariable(value: string): Setting[] {
    return /[=:]/.test(value) ? [...settingsInArgument(value, undefined), ...settingsIn(value)] : [];
}

/** Settings that take the command as a whole to be found, such as the password behind `curl --user`. */
export function settingsInCommand(command: readonly string[]): Setting[] {
    const text = command.map((argument) => quoted(argument.slice(0, LENGTH))).join(" ");
    const credentials = CREDENTIALS.flatMap((pattern) => [...text.matchAll(pattern)]);
    return [
        ...credentials.map(([, value = ""]) => ({ name: "password", value })),
        ...[...text.matchAll(HEADER)].map(([, name = "", value = ""]) => ({ name, value: value.trim() })),
    ];
}

/** An argument as a shell has it; one with quotes is a script or has its own. */
function quoted(argument: string): string {
    return /\s/.test(argument) && !/["']/.test(argument) ? `"${argument}"` : argument;
}
