import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { UserError } from "../errors";

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
            return issue.keys.map((key) => unknownKey(keyPath(context.section, [...issue.path, key]), context));
        }
        const key = keyPath(context.section, issue.path);
        const given = valueAt(context.value, issue.path);
        return [
            {
                key,
                given: given === undefined ? undefined : shown(given, context.secret),
                allowed: allowedBy(issue),
                fix: setCommand(context.stack, key, "<value>"),
            },
        ];
    });
}

function unknownKey(key: string, context: FaultContext): Fault {
    const near = nearestKey(key, knownKeys(context.section, z.toJSONSchema(context.schema, { io: "input" })));
    const given = valueAt(context.value, key.split(".").slice(1));
    return {
        key,
        given: given === undefined ? undefined : shown(given, context.secret),
        allowed: near === undefined ? "removed: there is no such setting" : `a known key; the nearest is ${near}`,
        fix: `pulumi config rm --stack ${context.stack} --path '${key}'`,
    };
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

/** Every key below `prefix` that a JSON schema names, as dotted paths. */
function knownKeys(prefix: string, schema: z.core.JSONSchema.BaseSchema): string[] {
    const children = Object.entries(schema.properties ?? {});
    const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return [
        ...children.flatMap(([name, child]) => [
            `${prefix}.${name}`,
            ...(typeof child === "boolean" ? [] : knownKeys(`${prefix}.${name}`, child)),
        ]),
        ...variants.flatMap((variant) => knownKeys(prefix, variant)),
    ];
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

/** A value for a message: JSON of at most 80 characters, or a hint where the section holds a secret. */
export function shown(value: unknown, secret: boolean): string {
    if (secret) {
        return "[not shown: this key holds a secret]";
    }
    const json = typeof value === "undefined" ? "undefined" : JSON.stringify(value);
    return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
