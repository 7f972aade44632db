import { z } from "zod";
import type { Adoption } from "./adoption";

const entrySchema = z.looseObject({
    type: z.string(),
    name: z.string(),
    logicalName: z.string().optional(),
    component: z.boolean().optional(),
    parent: z.string().optional(),
    id: z.string().optional(),
});

/** A file for `pulumi import --file`, as `pulumi preview --import-file` writes it. */
export const importFileSchema = z.looseObject({ resources: z.array(entrySchema) });

/** See {@link importFileSchema}. */
export type ImportFile = z.infer<typeof importFileSchema>;

/** Keeps in a file the objects that exist, with their identifiers, and their providers and components. */
export function onlyExisting(file: ImportFile, adoptions: readonly Adoption[]): ImportFile {
    const ids = new Map(adoptions.map(({ urn, id }) => [nameAndType(urn), id]));
    const objects = file.resources.flatMap((entry) => {
        const id = ids.get(`${entry.type}::${entry.logicalName ?? entry.name}`);
        return id === undefined ? [] : [{ ...entry, id }];
    });
    const parents = new Set<string>();
    const byName = new Map(file.resources.filter(({ component }) => component).map((entry) => [entry.name, entry]));
    for (const { parent } of objects) {
        for (let name = parent; name !== undefined && !parents.has(name); name = byName.get(name)?.parent) {
            parents.add(name);
        }
    }
    const belongs = ({ type, name, component }: (typeof file.resources)[number]) =>
        type.startsWith("pulumi:providers:") || (component === true && parents.has(name));
    return { ...file, resources: [...file.resources.filter(belongs), ...objects] };
}

/** The end of a URN without its parents: `kubernetes:core/v1:Namespace::mesh-namespace`. */
function nameAndType(urn: string): string {
    const [type = "", name = ""] = urn.split("::").slice(-2);
    return `${type.split("$").at(-1) ?? type}::${name}`;
}
