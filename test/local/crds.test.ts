import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LOCAL_CRDS, MADE_LOCALLY } from "../../local/monitoring/crds";
import { replaceCrds } from "../../local/monitoring/helm";
import { localPaths } from "../../process/paths";
import { withFolder, writeScript } from "../support/temporary";
import { goldenResources } from "../policy/golden";

interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema;
    readonly items?: Schema;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
    z.looseObject({
        properties: z.record(z.string(), schema).optional(),
        additionalProperties: schema.optional(),
        items: schema.optional(),
    }),
);

/** Paths of a value that the API server would drop, since the schema does not know them. */
function dropped(value: unknown, known: Schema, path: string): string[] {
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => dropped(item, known.items ?? {}, `${path}[${index}]`));
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([key, member]) => {
        const next = known.properties?.[key] ?? known.additionalProperties;
        return next === undefined ? [`${path}.${key}`] : dropped(member, next, `${path}.${key}`);
    });
}

describe("The operator's kinds on an embedded cluster without its chart", () => {
    const specs = new Map(
        LOCAL_CRDS.map(({ spec }) => {
            const properties = z.record(z.string(), schema).parse(spec.versions[0]?.schema.openAPIV3Schema.properties);
            return [spec.names.kind, properties.spec ?? {}];
        }),
    );

    for (const stack of ["staging", "prod"]) {
        it(`know every field of what ${stack} makes of them`, () => {
            const used = new Set<string>();
            const lost = goldenResources(stack).flatMap(({ type, name, inputs }) => {
                const kind = type.split(":").at(-1) ?? "";
                const known = specs.get(kind);
                used.add(known === undefined ? "" : kind);
                return known === undefined ? [] : dropped(inputs.spec, known, name);
            });
            assert.deepEqual(lost, []);
            assert.equal(used.size - 1, specs.size, "a kind is not used");
        });
    }

    it("are named as the API server wants: plural, singular and kind agree", () => {
        for (const { metadata, spec } of LOCAL_CRDS) {
            assert.equal(metadata.name, `${spec.names.plural}.${spec.group}`);
            assert.equal(spec.names.singular, spec.names.kind.toLowerCase());
            assert.deepEqual(metadata.labels, MADE_LOCALLY);
        }
    });

    it("are replaced by those of the chart, on the right cluster, and lose their mark", () =>
        withFolder(async (folder) => {
            const log = join(folder, "log");
            const script = (name: string, more: string) =>
                writeScript(join(folder, name), `echo "${name} $*" >> ${log}; ${more}`);
            const helm = await script("helm", "echo the-crds");
            const kubectl = await script("kubectl", `case "$*" in *apply*) cat >> ${log};; esac`);
            const chart = { type: "file" as const, path: "/a.tgz", sha256: "a".repeat(64), upgradeCrds: false };
            const place = { context: "kwok", kubeconfig: "/kc", server: "https://127.0.0.1:1" };
            const cluster = { ...place, name: "x" };
            await replaceCrds(chart, cluster, { helm, kubectl }, localPaths(folder));
            assert.deepEqual((await readFile(log, "utf8")).trim().split("\n"), [
                "helm show crds /a.tgz",
                "kubectl --kubeconfig /kc --context kwok apply --server-side --force-conflicts --filename -",
                "the-crds",
                "kubectl --kubeconfig /kc --context kwok label crds --selector " +
                    "app.kubernetes.io/managed-by=x0tta6bl4-local app.kubernetes.io/managed-by-",
            ]);
        }));
});
