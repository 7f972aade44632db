import { z } from "zod";
import { code, either } from "./markdown";

/** A schema without its wrappers, and what the wrappers specify. */
interface Unwrapped {
    /** The inner schema. */
    readonly core: z.ZodType;
    /** Value when none is set; for an object whose parts have defaults of their own it is `{}`. */
    readonly fallback?: unknown;
    /** True when the setting may be left out. */
    readonly optional: boolean;
    /** Text of `.describe()`. */
    readonly description?: string;
}

/** Takes the wrappers off a schema: default, prefault, optional. */
export function unwrap(schema: z.core.$ZodType): Unwrapped {
    const own = classic(schema);
    if (own instanceof z.ZodDefault || own instanceof z.ZodPrefault) {
        const inner = unwrap(own.unwrap());
        const description = own.description ?? inner.description;
        return { core: inner.core, fallback: own.def.defaultValue, optional: true, description };
    }
    if (own instanceof z.ZodOptional) {
        const inner = unwrap(own.unwrap());
        return { ...inner, optional: true, description: own.description ?? inner.description };
    }
    return { core: own, optional: false, description: own.description };
}

/** What a leaf of the settings may be, in the words of the message about an invalid value. */
export function allowed(core: z.ZodType): string {
    if (core instanceof z.ZodEnum) {
        return either(core.options.map((value) => code(String(value))));
    }
    if (core instanceof z.ZodBoolean) {
        return `${code("true")} or ${code("false")}`;
    }
    if (core instanceof z.ZodNumber) {
        const kind = core.format === "safeint" ? "whole number" : "number";
        return `${kind}, ${core.minValue ?? "any"} to ${core.maxValue ?? "any"}`;
    }
    if (core instanceof z.ZodArray) {
        const item = unwrap(core.element).core;
        return item instanceof z.ZodObject ? "list of objects" : `list; each: ${allowed(item)}`;
    }
    if (core instanceof z.ZodRecord) {
        return `map from ${allowed(classic(core.keyType))} to ${allowed(classic(core.valueType))}`;
    }
    if (core instanceof z.ZodObject) {
        return "object";
    }
    return ownWords(core) ?? "text";
}

/** The message that a schema has for values of a wrong type, unless it is zod's own. */
function ownWords(core: z.ZodType): string | undefined {
    const message = core.safeParse(null).error?.issues[0]?.message;
    return message?.startsWith("Invalid input") ? undefined : message;
}

/** The schema with its methods; every schema of the settings has them. */
function classic(schema: z.core.$ZodType): z.ZodType {
    if (!(schema instanceof z.ZodType)) {
        throw new Error(`a schema of type ${schema._zod.def.type} is not made by the zod package itself`);
    }
    return schema;
}
