import type { z } from "zod";
import { type Fault, keyPath, removeCommand, setCommand } from "./faults";
import { described, SECRET } from "./given";
import { allowedInstead, knownKeys } from "./knownKeys";

/** Location of a fault in the settings, and whether its value can be shown. */
export interface FaultContext {
    /** Stack name, for the commands. */
    readonly stack: string;
    /** Top-level key, e.g. `mesh`. */
    readonly section: string;
    /** Schema of the section. */
    readonly schema: z.ZodType;
    /** The section as configured. */
    readonly value: unknown;
    /** True if the section contains a secret: then no value is described. */
    readonly secret: boolean;
}

/** Converts the validation error of a section's schema to faults. */
export function faultsOf(error: z.ZodError, context: FaultContext): Fault[] {
    return error.issues.flatMap((issue) => {
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...issue.path, key], context));
        }
        const key = keyPath(context.section, issue.path);
        const value = valueAt(context.value, issue.path);
        const fix =
            issue.code === "invalid_key" ? removeCommand(context.stack, key) : fixOf(context.stack, key, value, issue);
        return [{ key, given: givenBy(value, issue, context), allowed: allowedBy(issue), fix }];
    });
}

/** Faults of keys with a special meaning in JavaScript, which the schemas would drop silently. */
export function reservedKeys(value: unknown, { stack, section }: Pick<FaultContext, "stack" | "section">): Fault[] {
    const within = (child: unknown, path: readonly PropertyKey[]): Fault[] => {
        if (typeof child !== "object" || child === null) {
            return [];
        }
        return Object.entries(child).flatMap(([name, grandchild]) => {
            const place = [...path, Array.isArray(child) ? Number(name) : name];
            const key = keyPath(section, place);
            return name === "__proto__"
                ? [
                      {
                          key,
                          given: described(grandchild),
                          allowed: "removed: __proto__ cannot be a key",
                          fix: removeCommand(stack, key),
                      },
                  ]
                : within(grandchild, place);
        });
    };
    return within(value, []);
}

function unknownKey(path: readonly PropertyKey[], { stack, section, schema, value, secret }: FaultContext): Fault {
    const key = keyPath(section, path);
    return {
        key,
        given: secret ? SECRET : described(valueAt(value, path)),
        allowed: allowedInstead(key, knownKeys(section, schema)),
        fix: removeCommand(stack, key),
    };
}

/**
 * Description of a rejected value. A number or boolean is shown if the schema expects one, e.g. one that is out of
 * bounds.
 */
function givenBy(value: unknown, issue: z.core.$ZodIssue, { secret }: FaultContext): string | undefined {
    if (value === undefined) {
        return undefined;
    }
    if (secret) {
        return SECRET;
    }
    return isNumeric(issue) && typeof value === "number" ? String(value) : described(value);
}

/** Whether an issue is about a setting that is a number. */
function isNumeric(issue: z.core.$ZodIssue): boolean {
    switch (issue.code) {
        case "invalid_type":
            return issue.expected === "number" || issue.expected === "int";
        case "too_small":
        case "too_big":
            return issue.origin === "number" || issue.origin === "int";
        default:
            return false;
    }
}

/** Command that sets a value, or a part of it if the value is an object or a list. */
function fixOf(stack: string, key: string, value: unknown, issue: z.core.$ZodIssue): string {
    const expected = issue.code === "invalid_type" ? issue.expected : undefined;
    if (expected === "object" || expected === "record" || expected === "array") {
        return value === undefined
            ? setCommand(stack, expected === "array" ? `${key}[0]` : `${key}.${partOf(issue)}`, "VALUE")
            : removeCommand(stack, key);
    }
    if (Array.isArray(value)) {
        return setCommand(stack, `${key}[${Math.max(0, value.length - 1)}]`, "VALUE");
    }
    if (typeof value === "object" && value !== null) {
        return setCommand(stack, `${key}.KEY`, "VALUE");
    }
    const isText = (typeof value === "number" || typeof value === "boolean") && !isNumeric(issue);
    return setCommand(stack, key, "VALUE", isText && expected !== "boolean" ? "string" : undefined);
}

/** The field of a missing object to set first. */
function partOf(issue: z.core.$ZodIssue): string {
    return issue.message.startsWith("an object with type ") ? "type" : "KEY";
}

/** Description of the allowed values of the setting that an issue is about. */
function allowedBy(issue: z.core.$ZodIssue): string {
    switch (issue.code) {
        case "invalid_value":
            return issue.message.startsWith("Invalid") ? either(issue.values.map(String)) : issue.message;
        case "too_small":
            return isNumeric(issue) ? `at least ${issue.minimum.toString()}` : issue.message;
        case "too_big":
            return isNumeric(issue) ? `at most ${issue.maximum.toString()}` : issue.message;
        case "invalid_key":
            return `removed, since its name must be ${issue.issues[0]?.message ?? "valid"}`;
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

function either(words: readonly string[]): string {
    return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (at, part) =>
            typeof at === "object" && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
        value,
    );
}
