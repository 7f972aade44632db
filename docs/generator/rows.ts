import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { schemas } from "../../settings/schema";
import { code, either } from "./markdown";
import { allowed, unwrap } from "./schema";

/** One setting, as the reference shows it. */
export interface SettingRow {
    /** Path for `pulumi config set --path`; `[]` stands for any index of a list. */
    readonly key: string;
    /** Heading that it is listed under, e.g. `mesh.image`. */
    readonly group: string;
    /** What it may be, in words. */
    readonly allowed: string;
    /** Value when it is not set; `undefined` when there is none. */
    readonly fallback?: unknown;
    /** True when it has to be set. */
    readonly required: boolean;
    /** What it does. */
    readonly description: string;
}

/** Every setting of the program, in the order of the schemas. */
export function settingRows(): SettingRow[] {
    return Object.entries(schemas).flatMap(([section, schema]) =>
        fields(schema).flatMap(([name, child]) => {
            const key = `${section}.${name}`;
            const { core } = unwrap(child);
            const nested = core instanceof z.ZodObject || core instanceof z.ZodDiscriminatedUnion;
            return rows(key, nested ? key : section, child);
        }),
    );
}

function rows(key: string, group: string, schema: z.core.$ZodType): SettingRow[] {
    const { core, fallback, optional, description } = unwrap(schema);
    const own = { key, group, allowed: allowed(core), fallback, required: !optional, description: description ?? "" };
    if (core instanceof z.ZodDiscriminatedUnion) {
        return variants(key, group, core, fallback);
    }
    const item = core instanceof z.ZodArray ? unwrap(core.element).core : core;
    if (item instanceof z.ZodDiscriminatedUnion) {
        return [own, ...variants(`${key}[]`, group, item, undefined)];
    }
    if (item instanceof z.ZodObject) {
        const prefix = core instanceof z.ZodArray ? `${key}[]` : key;
        const children = fields(item).flatMap(([name, child]) => rows(`${prefix}.${name}`, group, child));
        // An object with no text of its own is only a place for its parts.
        return description === undefined ? children : [own, ...children];
    }
    return [own];
}

/** Rows of a union of objects: the field that tells them apart, then those of all objects, then those of each. */
function variants(key: string, group: string, union: z.ZodDiscriminatedUnion, fallback: unknown): SettingRow[] {
    const selector = union.def.discriminator;
    const options = union.options.map((option) => {
        const all = fields(option);
        const literal = unwrap(all.find(([name]) => name === selector)?.[1] ?? z.never());
        const value = literal.core instanceof z.ZodLiteral ? String(literal.core.value) : "";
        const rest = all
            .filter(([name]) => name !== selector)
            .flatMap(([name, child]) => rows(`${key}.${name}`, group, child));
        return { value, description: literal.description ?? "", rest };
    });
    const [first, ...others] = options;
    const shared = (first?.rest ?? []).filter((row) =>
        others.every(({ rest }) => rest.some((other) => isDeepStrictEqual(other, row))),
    );
    const isShared = (row: SettingRow) => shared.some((one) => one.key === row.key);
    return [
        {
            key: `${key}.${selector}`,
            group,
            allowed: either(options.map(({ value }) => code(value))),
            fallback: typeof fallback === "object" && fallback !== null ? Reflect.get(fallback, selector) : undefined,
            required: fallback === undefined,
            description: options.map(({ value, description }) => `${code(value)}: ${description}.`).join(" "),
        },
        ...shared,
        ...options.flatMap(({ rest }, index) =>
            rest
                .filter((row) => !isShared(row))
                .flatMap((row) => {
                    const having = options.filter((option) => option.rest.some((one) => isDeepStrictEqual(one, row)));
                    const whose = either(having.map(({ value }) => code(value)));
                    // What some of them share has one row, at the first.
                    return having[0] === options[index]
                        ? [{ ...row, description: `With ${whose}: ${row.description}` }]
                        : [];
                }),
        ),
    ];
}

/** Names and schemas of an object's fields. */
function fields(schema: z.core.$ZodType): [string, z.core.$ZodType][] {
    const { core } = unwrap(schema);
    const shape: Readonly<Record<string, z.core.$ZodType>> = core instanceof z.ZodObject ? core.shape : {};
    return Object.entries(shape);
}
