import { isDay, type Exception } from "./exception";
import { isObject } from "./field";

/** JSON schema of an option, limited to the keywords that options use. */
export interface OptionSchema {
    /** Type of the value. */
    readonly type: "boolean" | "number" | "string" | "array" | "object";
    /** Description of the option. */
    readonly description: string;
    /** Default value. */
    readonly default: boolean | number | string | object;
    /** Minimum. */
    readonly minimum?: number;
    /** Allowed strings. */
    readonly enum?: string[];
    /** Pattern that a string must match. */
    readonly pattern?: string;
    /** Elements of a list. */
    readonly items?: { readonly type: "string" | "object"; readonly enum?: string[] };
    /** Values of a map. */
    readonly additionalProperties?: { readonly type: "string" };
}

/** An option of a rule: the single definition of its type, default, schema and validation. */
export interface Option<T> {
    /** JSON schema, by which the Pulumi CLI validates a configuration file. */
    readonly schema: OptionSchema;
    /** Default value. */
    readonly default: T;
    /** Description of the allowed values, e.g. `true or false`. */
    readonly allowed: string;
    /** Whether a configured value is allowed. */
    readonly accepts: (value: unknown) => value is T;
}

/** Options of a rule by name. */
export type OptionDefinitions = Readonly<Record<string, Option<unknown>>>;

/** Values of these options. */
export type OptionValues<O extends OptionDefinitions> = {
    readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** Configured options of one rule, not validated yet. */
export type RuleConfig = Readonly<Record<string, unknown>>;

/** A boolean option. */
export function flag(byDefault: boolean, description: string): Option<boolean> {
    return {
        schema: { type: "boolean", description, default: byDefault },
        default: byDefault,
        allowed: "true or false",
        accepts: (value) => typeof value === "boolean",
    };
}

/** A number of 0 or more. */
export function amount(byDefault: number, description: string): Option<number> {
    return {
        schema: { type: "number", description, default: byDefault, minimum: 0 },
        default: byDefault,
        allowed: "a number of at least 0",
        accepts: (value): value is number => typeof value === "number" && value >= 0,
    };
}

/** One of several strings. */
export function choice(byDefault: string, description: string, choices: readonly string[]): Option<string> {
    return {
        schema: { type: "string", description, default: byDefault, enum: [...choices] },
        default: byDefault,
        allowed: `one of ${choices.join(", ")}`,
        accepts: (value): value is string => typeof value === "string" && choices.includes(value),
    };
}

/** A string that matches a pattern, described by `allowed`. */
export function pattern(byDefault: string, description: string, allowed: string, form: RegExp): Option<string> {
    return {
        schema: { type: "string", description, default: byDefault, pattern: form.source },
        default: byDefault,
        allowed,
        accepts: (value): value is string => typeof value === "string" && form.test(value),
    };
}

/** A list of strings, limited to `choices` if set. */
export function texts(
    byDefault: readonly string[],
    description: string,
    choices?: readonly string[],
): Option<readonly string[]> {
    const items = choices === undefined ? {} : { enum: [...choices] };
    return {
        schema: { type: "array", description, default: [...byDefault], items: { type: "string", ...items } },
        default: byDefault,
        allowed: choices === undefined ? "a list of strings" : `a list of ${choices.join(", ")}`,
        accepts: (value): value is readonly string[] =>
            Array.isArray(value) &&
            value.every((item) => typeof item === "string" && (choices === undefined || choices.includes(item))),
    };
}

/** A list of regular expressions. */
export function expressions(byDefault: readonly string[], description: string): Option<readonly string[]> {
    return {
        schema: { type: "array", description, default: [...byDefault], items: { type: "string" } },
        default: byDefault,
        allowed: "a list of regular expressions",
        accepts: (value): value is readonly string[] => Array.isArray(value) && value.every(isExpression),
    };
}

function isExpression(text: unknown): boolean {
    try {
        return typeof text === "string" && new RegExp(text) instanceof RegExp;
    } catch {
        return false;
    }
}

/** A map from string to string, each entry of which meets a condition. */
export function textMap(
    description: string,
    allowed: string,
    accepts: (text: string, key: string) => boolean,
): Option<Readonly<Record<string, string>>> {
    return {
        schema: { type: "object", description, default: {}, additionalProperties: { type: "string" } },
        default: {},
        allowed,
        accepts: (value): value is Readonly<Record<string, string>> =>
            isObject(value) &&
            Object.entries(value).every(([key, item]) => typeof item === "string" && accepts(item, key)),
    };
}

/** An exception in the configuration of a rule, without the rule's name. */
export type ConfiguredException = Omit<Exception, "rule">;

/** Keys of an exception in a configuration; the required ones come first. */
const EXCEPTION_KEYS = ["kind", "name", "reason", "namespace", "container", "path", "stack", "expires"];

/** A list of exceptions. */
export function exceptionList(description: string): Option<readonly ConfiguredException[]> {
    return {
        schema: { type: "array", description, default: [], items: { type: "object" } },
        default: [],
        allowed:
            `a list of objects with ${EXCEPTION_KEYS.slice(0, 3).join(", ")} and, optionally, ` +
            `${EXCEPTION_KEYS.slice(3).join(", ")} (a date such as 2027-06-30), all of them strings`,
        accepts: (value): value is readonly ConfiguredException[] => Array.isArray(value) && value.every(isException),
    };
}

function isException(value: unknown): boolean {
    if (!isObject(value) || Object.keys(value).some((key) => !EXCEPTION_KEYS.includes(key))) {
        return false;
    }
    const present = Object.values(value).filter((text) => typeof text === "string");
    if (present.length < Object.keys(value).length) {
        return false;
    }
    const { kind, name, reason, expires } = value;
    const isText = (text: unknown): boolean => typeof text === "string" && text.trim() !== "";
    return [kind, name, reason].every(isText) && (typeof expires !== "string" || isDay(expires));
}

/** An invalid configuration of a rule. The message lists every fault. */
export class OptionError extends Error {}

/**
 * The values of a rule's options: configured or default.
 * @throws {OptionError} when an option is unknown or its value is not allowed.
 */
export function readOptions<O extends OptionDefinitions>(definitions: O, config: RuleConfig): OptionValues<O>;
export function readOptions(definitions: OptionDefinitions, config: RuleConfig): Record<string, unknown> {
    const faults: string[] = [];
    for (const [name, value] of Object.entries(config)) {
        const option = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
        if (option === undefined) {
            const known = Object.keys(definitions).join(", ");
            faults.push(`option ${name} does not exist (options of this rule: ${known || "none"})`);
        } else if (!option.accepts(value)) {
            faults.push(`option ${name} is ${JSON.stringify(value)} but must be ${option.allowed}`);
        }
    }
    if (faults.length > 0) {
        throw new OptionError(`${faults.join("; ")}.`);
    }
    return Object.fromEntries(
        Object.entries(definitions).map(([name, option]) => [name, config[name] ?? option.default]),
    );
}
