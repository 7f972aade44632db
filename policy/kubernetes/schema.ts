import table from "./fields.json";
import type { Minor } from "./version";

/** A field that objects of a type have, or have had. */
export interface KnownField {
    /** Type of its value, or of the items of a list; none where anything may be below, or nothing. */
    readonly type?: SchemaType;
    /** How the value holds the type. The keys of a map are of the author's choice, and its values have the type. */
    readonly shape: "object" | "list" | "map";
    /** First minor version of Kubernetes with the field. Default: as old as the type. */
    readonly since?: Minor;
    /** Last minor version with it. Default: the newest has it. */
    readonly until?: Minor;
}

/** Fields of a type by name. */
export type SchemaType = ReadonlyMap<string, KnownField>;

/** Types of the kinds by API version and kind, as numbers. */
const KINDS: Readonly<Record<string, Readonly<Record<string, number>>>> = table.kinds;

/** Types that were read already. Most checks need few of the types in the table. */
const read = new Map<number, SchemaType>();

/**
 * Fields of a built-in kind.
 * @param apiVersion Group and version, e.g. `apps/v1`, or `v1`.
 * @returns `undefined` for a kind that is not in the table, e.g. a custom resource.
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

/** Versions that a kind of a group has had since the oldest Kubernetes in the table; none for what is not in there. */
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

/** A field as the table writes it: name, shape and type of its value, first and last version. */
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
            // Read when it is asked for: a type may hold itself.
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
