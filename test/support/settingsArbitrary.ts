import fc from "fast-check";
import { z } from "zod";

/**
 * Texts that pass a careless check: each has been rejected by the API server, or accepted although it is
 * useless, for some setting. A schema accepts some of them; accepted values must be deployable.
 */
const HOSTILE_TEXTS: readonly string[] = [
    ...["", " ", "a", "A", "0", "-", ".", "..", "_", "/", "//", "a b", "a\nb", "a\0b", "\u202e", "é", "😀"],
    ...[
        "a.",
        ".a",
        "a..b",
        "a-",
        "-a",
        "a_b",
        "a--b",
        "A.b",
        "a/b",
        "a/",
        "/a",
        "a:b",
        "a@b",
        "x".repeat(63),
        "x".repeat(64),
    ],
    ...[
        "x".repeat(253),
        "x".repeat(254),
        `${"x".repeat(60)}.`.repeat(4) + "x",
        "1a",
        "1",
        "a1",
        "xn--a",
        "kube-system",
        "default",
    ],
    ...[
        "example.com/a",
        "example.com/",
        "/a",
        "a/b/c",
        "Example.com/a",
        "example.com/-a",
        `a/${"x".repeat(63)}`,
        "a".repeat(254) + "/b",
    ],
    ...[
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8",
        "10.0.0.1/8",
        "10.0.0.1/32",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "10.0.0.0/33",
        "10.0.0.0",
    ],
    ...[
        "::1/128",
        "::1/64",
        "::ffff:10.0.0.0/104",
        "::ffff:0:0/96",
        "fe80::%1/64",
        "2001:db8::/32",
        "2001:DB8::/32",
        "1::2::/16",
    ],
    ...[
        "/tmp",
        "/tmp/",
        "/",
        "//",
        "/a/../b",
        "/a/./b",
        "/a//b",
        "/..",
        "/a:b",
        "/a b",
        "/é",
        "/run/spire/sockets",
        "/data",
    ],
    ...[
        "1",
        "+1",
        "-1",
        "5.",
        ".5",
        ".",
        "1n",
        "1u",
        "1m",
        "1.5",
        "1k",
        "1K",
        "1Ki",
        "1Mi",
        "1Gi",
        "1Ei",
        "8Ei",
        "9E",
        "1e3",
        "1e9",
        "1e30",
        "1e400",
        "1 Gi",
        "100Gi",
        "0",
        "0.1m",
    ],
    ...["1.2.3", "01.2.3", "1.02.3", "1.15.3", "1.16.0", "v1.36", "v1.06", "v1.0", "latest", "1.2", "88.5.3"],
    ...[
        "http://a",
        "https://a.example",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a.example:1",
        "https://a./x",
        "https://[::1]:8443/x",
        "https://u@a",
        "https://a b",
        "ftp://a",
        "https://a?x=1#y",
        "https://",
    ],
    ...[
        "30s",
        "5m",
        "1h",
        "24h",
        "0s",
        "1s",
        "1d",
        "15d",
        "1y",
        "8GB",
        "1MB",
        "sha256:" + "a".repeat(64),
        "a".repeat(64),
    ],
    ...[
        "registry.example.com/a",
        "registry.example.com:5000/a",
        "registry.example.com:0/a",
        "a..b",
        "a.b",
        "a__b",
        "a___b",
        "oci://a.example/b",
        "a.example:5000",
    ],
    ...[
        "true",
        "null",
        "{}",
        "[]",
        '{"keys":[]}',
        "$(A)",
        "{{ .PodMeta.Name }}",
        "/ns/{{ .PodMeta.Namespace }}",
        "/ns/..",
        "spiffe://a/b",
    ],
    ...[
        "smtp.example.com:587",
        "smtp.example.com:0",
        "smtp.example.com.:25",
        "a@b.example",
        "#alerts",
        "EU",
        "NAME",
        "_NAME",
        "9NAME",
    ],
];

/** Short texts over the characters that rules are about. */
const SHORT = fc.string({ unit: fc.constantFrom(...Array.from("ab1A-._/: ")), minLength: 1, maxLength: 6 });

/** How settings are generated. */
interface SettingsOptions {
    /** Of ten settings with a default, how many are set. */
    readonly set: number;
    /** Keys that are not generated, e.g. those that a test sets. */
    readonly without?: readonly string[];
}

/** Of ten objects that are only the way to their parts, how many are set. */
const OBJECTS_SET = 7;

/** Whether a schema is an object of which every part may be left out. */
function isPlace(schema: z.ZodType): boolean {
    return schema instanceof z.ZodPrefault && schema.unwrap() instanceof z.ZodObject;
}

/** Values of a schema's input that the schema itself accepts, hostile ones included. */
export function accepted(schema: z.core.$ZodType, options: SettingsOptions): fc.Arbitrary<unknown> {
    const own = classic(schema);
    if (own instanceof z.ZodDefault || own instanceof z.ZodPrefault || own instanceof z.ZodOptional) {
        const inner = accepted(own.unwrap(), options);
        // An object of parts that have defaults of their own is only the way to them.
        const set = isPlace(own) ? Math.max(options.set, OBJECTS_SET) : options.set;
        return fc.integer({ min: 1, max: 10 }).chain((die) => (die <= set ? inner : fc.constant(undefined)));
    }
    return candidates(own, options).filter((value) => own.safeParse(value).success);
}

function candidates(schema: z.ZodType, options: SettingsOptions): fc.Arbitrary<unknown> {
    if (schema instanceof z.ZodObject) {
        const fields: Record<string, fc.Arbitrary<unknown>> = {};
        for (const [name, child] of Object.entries<z.core.$ZodType>(schema.shape)) {
            if (!(options.without ?? []).includes(name)) {
                fields[name] = accepted(child, options);
            }
        }
        return fc.record(fields).map(withoutUndefined);
    }
    if (schema instanceof z.ZodDiscriminatedUnion) {
        return fc.oneof(...schema.options.map((option) => accepted(option, options)));
    }
    if (schema instanceof z.ZodArray) {
        return fc.array(accepted(schema.element, options), { minLength: 0, maxLength: 2 });
    }
    if (schema instanceof z.ZodRecord) {
        return fc.dictionary(fc.oneof(TEXTS, SHORT), accepted(schema.valueType, options), { maxKeys: 3 });
    }
    if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) {
        const values = schema instanceof z.ZodEnum ? schema.options : [...schema.values];
        return fc.constantFrom(...values);
    }
    if (schema instanceof z.ZodBoolean) {
        return fc.boolean();
    }
    if (schema instanceof z.ZodNumber) {
        const [min, max] = [schema.minValue ?? -1000, schema.maxValue ?? 1000];
        const between = schema.format === "safeint" ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
        return fc.oneof(fc.constantFrom(min, max), between);
    }
    if (schema instanceof z.ZodUnion || schema instanceof z.ZodString || schema instanceof z.ZodPipe) {
        const fitting = HOSTILE_TEXTS.filter((value) => schema.safeParse(value).success);
        const short = SHORT.filter((value) => schema.safeParse(value).success);
        const anyShort = fc.sample(SHORT, { numRuns: 200, seed: 1 }).some((value) => schema.safeParse(value).success);
        const sources = [...(fitting.length > 0 ? [fc.constantFrom(...fitting)] : []), ...(anyShort ? [short] : [])];
        return sources.length > 0 ? fc.oneof(...sources) : fc.constantFrom(...HOSTILE_TEXTS);
    }
    return fc.jsonValue({ maxDepth: 2 });
}

const TEXTS = fc.constantFrom(...HOSTILE_TEXTS);

/**
 * A value with every key that a schema knows, except those of other variants. It may break constraints.
 * @param variant Which option of each union is taken.
 */
export function complete(schema: z.core.$ZodType, variant: number): unknown {
    const own = classic(schema);
    if (own instanceof z.ZodPrefault || own instanceof z.ZodOptional) {
        return complete(own.unwrap(), variant);
    }
    if (own instanceof z.ZodDefault) {
        const isList = own.unwrap() instanceof z.ZodArray || own.unwrap() instanceof z.ZodRecord;
        return isList ? complete(own.unwrap(), variant) : own.def.defaultValue;
    }
    if (own instanceof z.ZodObject) {
        const fields = Object.entries<z.core.$ZodType>(own.shape);
        return Object.fromEntries(fields.map(([name, child]): [string, unknown] => [name, complete(child, variant)]));
    }
    if (own instanceof z.ZodDiscriminatedUnion) {
        const option = own.options[variant % own.options.length];
        // What is within gets each of its own options with this one.
        return option === undefined ? {} : complete(option, Math.floor(variant / own.options.length));
    }
    if (own instanceof z.ZodArray) {
        return [complete(own.element, variant)];
    }
    if (own instanceof z.ZodRecord) {
        return { A: complete(own.valueType, variant) };
    }
    if (own instanceof z.ZodEnum) {
        return own.options[0];
    }
    if (own instanceof z.ZodLiteral) {
        return own.value;
    }
    const examples: readonly unknown[] = [...HOSTILE_TEXTS, true, own instanceof z.ZodNumber ? own.minValue : 1];
    return examples.find((value) => own.safeParse(value).success);
}

function withoutUndefined(value: object): object {
    return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined));
}

function classic(schema: z.core.$ZodType): z.ZodType {
    if (!(schema instanceof z.ZodType)) {
        throw new Error(`a schema of type ${schema._zod.def.type} is not made by the zod package itself`);
    }
    return schema;
}
