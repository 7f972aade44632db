import table from "./fields.json";
import type { Minor } from "./version";

/** A field that a type has, or had. */
export interface KnownField {
    /** Type of its value, or of the items of a list; none for scalars and for fields with arbitrary content. */
    readonly type?: SchemaType;
    /** Shape of the value. A map has arbitrary keys, and values of the type. */
    readonly shape: "object" | "list" | "map";
    /** First minor version of Kubernetes with the field. Default: that of the type. */
    readonly since?: Minor;
    /** Last minor version with it. Default: the newest. */
    readonly until?: Minor;
}

/** Fields of a type by name. */
export type SchemaType = ReadonlyMap<string, KnownField>;

/** Index of the type of each kind, by API version and kind. */
const KINDS: Readonly<Record<string, Readonly<Record<string, number>>>> = table.kinds;

/** Parsed types. Most checks need only few types of the table. */
const read = new Map<number, SchemaType>();

/**
 * Fields of a built-in kind.
 * @param apiVersion Group and version, e.g. `apps/v1`, or `v1`.
 * @returns `undefined` for a kind outside the table, e.g. a custom resource.
 */
export function schemaOf(apiVersion: string, kind: string): SchemaType | undefined {
    const kinds = Object.hasOwn(KINDS, apiVersion) ? KINDS[apiVersion] : undefined;
    const number = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return number === undefined ? undefined : typeAt(number);
}

/** Every built-in kind in the table with its API version. */
export function schemaKinds(): { readonly apiVersion: string; readonly kind: string }[] {
    return Object.entries(KINDS).flatMap(([apiVersion, kinds]) =>
        Object.keys(kinds).map((kind) => ({ apiVersion, kind })),
    );
}

/** Versions of a kind since the oldest Kubernetes in the table; none for a kind outside the table. */
export function versionsOf(group: string, kind: string): readonly string[] {
    const name = `${kind}.${group}`;
    const before = versions.get(name);
    if (before !== undefined) {
        return before;
    }
    const prefix = group === "" ? "" : `${group}/`;
    const found = Object.entries(KINDS).flatMap(([apiVersion, kinds]) => {
        const version = apiVersion.slice(prefix.length);
        return apiVersion.startsWith(prefix) && !version.includes("/") && Object.hasOwn(kinds, kind) ? [version] : [];
    });
    versions.set(name, found);
    return found;
}

const versions = new Map<string, readonly string[]>();

/** Parses a field of the table: name, shape and type of its value, first and last version. */
const ENTRY = /^([^:+*@-]+)(?:([:+*])(\d+))?(?:@(\d+))?(?:-(\d+))?$/;

function typeAt(number: number): SchemaType {
    const before = read.get(number);
    if (before !== undefined) {
        return before;
    }
    const type = new Map<string, KnownField>();
    read.set(number, type);
    for (const text of (table.types[number] ?? "").split(" ")) {
        const [, name = "", mark, below, since, until] = ENTRY.exec(text) ?? [];
        type.set(name, {
            // Parsed on demand: a type may contain itself.
            get type() {
                return below === undefined ? undefined : typeAt(Number(below));
            },
            shape: mark === "*" ? "map" : mark === "+" ? "list" : "object",
            since: since === undefined ? undefined : Number(since),
            until: until === undefined ? undefined : Number(until),
        });
    }
    return type;
}
