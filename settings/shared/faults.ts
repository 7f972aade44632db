import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { UserError } from "../../errors";

/** One thing that is wrong with the settings. */
export interface Fault {
    /** Path of the setting, e.g. `mesh.image.tag`. */
    readonly key: string;
    /** The value that was given, as JSON; `undefined` when nothing was. Never a secret's. */
    readonly given?: string;
    /** What the setting must be, as an end of the sentence "must be ...". */
    readonly allowed: string;
    /** Command that mends it. */
    readonly fix: string;
}

/** All faults of the settings in one message; Pulumi prints it without a stack trace. */
export class SettingsError extends UserError {
    constructor(stack: string, faults: readonly Fault[]) {
        const count = faults.length === 1 ? "1 setting" : `${faults.length} settings`;
        const blocks = faults.map(
            (fault) =>
                `  ${fault.key}${fault.given === undefined ? " (not set)" : ` = ${fault.given}`}\n` +
                `    must be: ${fault.allowed}\n` +
                `    fix:     ${fault.fix}`,
        );
        super(`${count} of stack ${stack} to mend:\n\n${blocks.join("\n\n")}\n`);
        this.name = "SettingsError";
    }
}

/** Command that sets one setting of a stack. */
export function setCommand(stack: string, key: string, value: string): string {
    return `pulumi config set --stack ${stack} --path '${key}' ${value}`;
}

/** Where in the settings a fault is found, and how its value may be shown. */
export interface FaultContext {
    /** Stack name, for the commands. */
    readonly stack: string;
    /** Top-level key, e.g. `mesh`. */
    readonly section: string;
    /** Schema of the section. */
    readonly schema: z.ZodType;
    /** The section as configured. */
    readonly value: unknown;
    /** True when the section holds a secret: then no value of it is shown. */
    readonly secret: boolean;
}

/** Faults of a section from what its schema found wrong with it. */
export function faultsOf(error: z.ZodError, context: FaultContext): Fault[] {
    return error.issues.flatMap((issue) => {
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...issue.path, key], context));
        }
        const key = keyPath(context.section, issue.path);
        return [
            {
                key,
                given: givenAt(issue.path, context),
                allowed: allowedBy(issue),
                fix: setCommand(context.stack, key, "<value>"),
            },
        ];
    });
}

function unknownKey(path: readonly PropertyKey[], context: FaultContext): Fault {
    const key = keyPath(context.section, path);
    const known = knownKeys(context.section, z.toJSONSchema(context.schema, { io: "input" }));
    return {
        key,
        given: givenUnder(path, context),
        allowed: known.includes(anyIndex(key))
            ? "left out: the type that is set beside it has no such key"
            : allowedInstead(key, known),
        fix: `pulumi config rm --stack ${context.stack} --path '${key}'`,
    };
}

/** The value of a known key. Where only the name of a Secret belongs, somebody may have put its content: it is not shown. */
function givenAt(path: readonly PropertyKey[], { value, secret }: FaultContext): string | undefined {
    const given = valueAt(value, path);
    if (given === undefined) {
        return undefined;
    }
    return path.includes("secret") ? "[not shown]" : shown(given, secret);
}

/** The value of an unknown key. In an entry of a list, e.g. of receivers, it may well be a credential: it is not shown. */
function givenUnder(path: readonly PropertyKey[], { value, secret }: FaultContext): string | undefined {
    const given = valueAt(value, path);
    if (given === undefined) {
        return undefined;
    }
    return path.some((part) => typeof part === "number") ? "[not shown]" : shown(given, secret);
}

function allowedInstead(key: string, known: readonly string[]): string {
    const near = key.includes("[") ? nearestSibling(key, known) : nearestKey(key, known);
    return near === undefined ? "removed: there is no such setting" : `a known key; the nearest is ${near}`;
}

/** The nearest key of the same entry of a list: keys elsewhere are for something else. */
function nearestSibling(key: string, known: readonly string[]): string | undefined {
    const folder = key.slice(0, key.lastIndexOf(".") + 1);
    const siblings = known
        .filter((candidate) => candidate.startsWith(anyIndex(folder)))
        .map((candidate) => candidate.replace(anyIndex(folder), folder));
    const near = nearestKey(key, siblings);
    return near !== undefined && distance(key, near) <= 2 ? near : undefined;
}

/** A key with `[]` for every index of a list. */
function anyIndex(key: string): string {
    return key.replace(/\[\d+\]/g, "[]");
}

/**
 * The known key that `key` was probably meant to be: spelled almost alike, or of the same name in another place;
 * `undefined` when none is near.
 */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
    const lastPart = (path: string) => path.slice(path.lastIndexOf(".") + 1);
    const [nearest] = known
        .map((candidate) => ({ candidate, edits: distance(key, candidate) }))
        .sort((a, b) => a.edits - b.edits);
    const spelledAlike = (edits: number) => (nearest && nearest.edits <= edits ? nearest.candidate : undefined);
    return spelledAlike(1) ?? known.find((candidate) => lastPart(candidate) === lastPart(key)) ?? spelledAlike(3);
}

/** Every key below `prefix` that a JSON schema names, as dotted paths with `[]` for the entries of a list. */
function knownKeys(prefix: string, schema: z.core.JSONSchema.BaseSchema): string[] {
    const children = Object.entries(schema.properties ?? {});
    const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return [
        ...children.flatMap(([name, child]) => [
            `${prefix}.${name}`,
            ...(typeof child === "boolean" ? [] : knownKeys(`${prefix}.${name}`, child)),
        ]),
        ...variants.flatMap((variant) => knownKeys(prefix, variant)),
        ...(isSchema(schema.items) ? knownKeys(`${prefix}[]`, schema.items) : []),
    ];
}

function isSchema(items: z.core.JSONSchema.BaseSchema["items"]): items is z.core.JSONSchema.BaseSchema {
    return typeof items === "object" && !Array.isArray(items);
}

/** What an issue's setting must be, in words. */
function allowedBy(issue: z.core.$ZodIssue): string {
    switch (issue.code) {
        case "invalid_value":
            return issue.values
                .map(String)
                .join(", ")
                .replace(/, ([^,]*)$/, " or $1");
        case "too_small":
            return issue.origin === "number" || issue.origin === "int"
                ? `at least ${issue.minimum.toString()}`
                : issue.message;
        case "too_big":
            return issue.origin === "number" || issue.origin === "int"
                ? `at most ${issue.maximum.toString()}`
                : issue.message;
        case "invalid_union":
            return issue.discriminator === undefined
                ? issue.message
                : `a known ${issue.discriminator}; ${issue.message}`;
        case "invalid_type":
            return issue.message.startsWith("Invalid input") ? `a value of type ${issue.expected}` : issue.message;
        default:
            return issue.message;
    }
}

function keyPath(section: string, path: readonly PropertyKey[]): string {
    return [section, ...path].reduce<string>(
        (key, part) =>
            typeof part === "number" ? `${key}[${part}]` : key === "" ? String(part) : `${key}.${String(part)}`,
        "",
    );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined),
        value,
    );
}

/** A value for a message: JSON of at most 80 characters, without a URL's user; or a hint where the section holds a secret. */
export function shown(value: unknown, secret: boolean): string {
    if (secret) {
        return "[not shown: this key holds a secret]";
    }
    const json = (typeof value === "undefined" ? "undefined" : JSON.stringify(value)).replace(
        /(:\/\/)[^/@\s"]+@/g,
        "$1[not shown]@",
    );
    return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
