import { load } from "js-yaml";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";

/** Oldest minor version of Kubernetes in the table: the oldest that this project supports. */
const OLDEST = 27;

/** Newest minor version of Kubernetes in the table: the newest with a release of client-go. */
const NEWEST = 37;

/** Go module with a generated schema of the fields of every kind; see applyconfiguration-gen. */
const MODULE = "k8s.io/client-go";

/** Path of the schema in the module. */
const SCHEMA_FILE = path.join("applyconfigurations", "internal", "internal.go");

/** Output path of the table. */
const TABLE = path.join(__dirname, "kubernetes", "fields.json");

/** Names of the groups whose Go package is not named after their first label, and of groups that are not served. */
const GROUPS: Readonly<Record<string, string | undefined>> = {
    core: "",
    apiserverinternal: "internal.apiserver.k8s.io",
    flowcontrol: "flowcontrol.apiserver.k8s.io",
    rbac: "rbac.authorization.k8s.io",
    apps: "apps",
    autoscaling: "autoscaling",
    batch: "batch",
    extensions: "extensions",
    policy: "policy",
    imagepolicy: undefined,
};

/** A type in the schema: a scalar, a named type, a list, or a map with fields or with values of one type. */
const reference = z.object({
    namedType: z.string().optional(),
    get list() {
        return z.object({ elementType: reference }).optional();
    },
    get map() {
        return z.object({ elementType: reference.optional() }).optional();
    },
});

const document = z.object({
    types: z.array(
        z.object({
            name: z.string(),
            map: z.object({ fields: z.array(z.object({ name: z.string(), type: reference })).optional() }).optional(),
        }),
    ),
});

/** A field of a type. */
interface FieldEntry {
    /** Name of the type of its value, its items or its map values; none where nothing below is evaluated. */
    target?: string;
    /** Shape of the value: {@link MARKS}. */
    mark: string;
    /** First and last minor version with the field. */
    readonly since: number;
    until: number;
}

/** Marks for a value that is an object, a list of objects, or a map of objects. */
const MARKS = { object: ":", list: "+", map: "*" };

/** A type with all fields that it has or had. */
interface TypeEntry {
    readonly since: number;
    until: number;
    readonly fields: Map<string, FieldEntry>;
}

/** Loads the schema of a minor version from the Go module proxy or the module cache. */
function readSchema(minor: number): z.infer<typeof document> {
    const answer = execFileSync("go", ["mod", "download", "-json", `${MODULE}@v0.${minor}.0`], { encoding: "utf8" });
    const { Dir: folder } = z.object({ Dir: z.string() }).parse(JSON.parse(answer));
    const [, text = ""] = /YAMLObject\(`([^`]*)`\)/.exec(readFileSync(path.join(folder, SCHEMA_FILE), "utf8")) ?? [];
    return document.parse(load(text));
}

/** Adds the types of a minor version. Versions must be added in order. */
function add(types: Map<string, TypeEntry>, minor: number): void {
    for (const { name, map } of readSchema(minor).types) {
        // A type without fields has arbitrary content, e.g. FieldsV1 of managedFields.
        if (map?.fields === undefined || name.startsWith("__")) {
            continue;
        }
        const type = types.get(name) ?? { since: minor, until: minor, fields: new Map<string, FieldEntry>() };
        types.set(name, type);
        type.until = minor;
        for (const field of map.fields) {
            const { list, map: values, namedType } = field.type;
            const target = namedType ?? list?.elementType.namedType ?? values?.elementType?.namedType;
            const shape = values?.elementType?.namedType !== undefined ? "map" : list !== undefined ? "list" : "object";
            const mark = MARKS[shape];
            const before = type.fields.get(field.name);
            if (before === undefined) {
                type.fields.set(field.name, { target, mark, since: minor, until: minor });
            } else {
                Object.assign(before, { target, mark, until: minor });
            }
        }
    }
}

/** Groups types into classes of equal shape: types in a class have the same fields. */
function classes(types: ReadonlyMap<string, TypeEntry>): ReadonlyMap<string, number> {
    let byName = new Map([...types.keys()].map((name) => [name, 0]));
    for (let count = 1, before = 0; count !== before;) {
        before = count;
        const shapes = new Map<string, number>();
        const refined = new Map<string, number>();
        for (const [name, type] of types) {
            const shape = writeType(type, byName);
            if (!shapes.has(shape)) {
                shapes.set(shape, shapes.size);
            }
            refined.set(name, shapes.get(shape) ?? 0);
        }
        count = shapes.size;
        byName = refined;
    }
    return byName;
}

/** A type in the format of the table: `name`, then optionally mark and class, `@since`, `-until`. */
function writeType(type: TypeEntry, byName: ReadonlyMap<string, number>): string {
    return [...type.fields]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { target, mark, since, until }]) => {
            const number = target === undefined ? undefined : byName.get(target);
            const below = number === undefined ? "" : `${mark}${number}`;
            return `${name}${below}${since > type.since ? `@${since}` : ""}${until < type.until ? `-${until}` : ""}`;
        })
        .join(" ");
}

/** The API version of a kind, by the Go name of its type; `undefined` if it is not a kind. */
function apiVersionOf(name: string, { fields }: TypeEntry): { version: string; kind: string } | undefined {
    const [, goPackage = "", version = "", kind = ""] = /^io\.k8s\.api\.(\w+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
    const group = Object.hasOwn(GROUPS, goPackage) ? GROUPS[goPackage] : `${goPackage}.k8s.io`;
    const isKind = ["apiVersion", "kind", "metadata"].every((field) => fields.has(field));
    return !isKind || kind === "" || group === undefined
        ? undefined
        : { version: group === "" ? version : `${group}/${version}`, kind };
}

/** Writes the table. */
function main(): void {
    const types = new Map<string, TypeEntry>();
    for (let minor = OLDEST; minor <= NEWEST; minor += 1) {
        add(types, minor);
    }
    const byName = classes(types);
    const written: string[] = [];
    const kinds: Record<string, Record<string, number>> = {};
    for (const [name, number] of byName) {
        const type = types.get(name);
        if (type === undefined) {
            continue;
        }
        written[number] ??= writeType(type, byName);
        const found = apiVersionOf(name, type);
        if (found !== undefined) {
            kinds[found.version] = { ...kinds[found.version], [found.kind]: number };
        }
    }
    const source = `${MODULE} 0.${OLDEST} to 0.${NEWEST}, by npm run schema -w policy`;
    const table = { source, newest: NEWEST, kinds, types: written };
    writeFileSync(TABLE, `${JSON.stringify(table, undefined, 2)}\n`);
}

main();
