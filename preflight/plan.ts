import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** The Pulumi program: registers the resources of the stack and returns its outputs. */
export type Program = () => Promise<object>;

/** A Kubernetes object that an update of the stack creates. */
export interface PlannedObject {
    /** API group; empty for the core. */
    readonly group: string;
    /** Kind, e.g. `Deployment`. */
    readonly kind: string;
    /** Name; `undefined` where Pulumi makes one up. */
    readonly name?: string;
    /** Namespace; `undefined` for what is in none. */
    readonly namespace?: string;
}

/** What an update of the stack would make and need, as the program itself says it. */
export interface Plan {
    /** Objects. */
    readonly objects: readonly PlannedObject[];
    /** Namespaces of Helm charts, which make further objects. */
    readonly charts: readonly string[];
    /** StorageClass of each volume claim; `undefined` for the cluster's default. */
    readonly claims: readonly (string | undefined)[];
    /** CSI drivers whose volumes are mounted. */
    readonly csiDrivers: readonly string[];
    /** Images of containers. */
    readonly images: readonly string[];
}

const inputsSchema = z.record(z.string(), z.unknown());

const objectSchema = z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string().optional(), namespace: z.string().optional() }).default({}),
});

const releaseSchema = z.object({ namespace: z.string() });

const claimSchema = z.object({
    accessModes: z.array(z.string()),
    resources: z.object({ requests: z.object({ storage: z.string() }) }),
    storageClassName: z.string().optional(),
});

const csiSchema = z.object({ csi: z.object({ driver: z.string() }) });

const containerSchema = z.object({ name: z.string(), image: z.string() });

/** Type token of a Helm release. */
const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Time for the last registrations (ms). */
const SETTLE_MS = 50;

const monitoringSchema = z.looseObject({ chart: z.looseObject({ type: z.string() }).default({ type: "repository" }) });

/** Settings of monitoring under which the program does not ask for its chart: whether it is available is for a check to say. */
function withoutAsking(monitoring = "{}"): string {
    const settings = monitoringSchema.parse(JSON.parse(monitoring));
    const { chart } = settings;
    const asks = chart.type === "repository" || chart.type === "oci";
    return JSON.stringify(asks ? { ...settings, chart: { ...chart, checkReachable: false } } : settings);
}

/**
 * Runs the program without an engine, a cluster and a chart, and collects what it would create.
 * @param config The stack's settings: top-level key to JSON text.
 * @throws SettingsError when the settings are wrong.
 */
export async function planOf(program: Program, stack: string, config: Readonly<Record<string, string>>): Promise<Plan> {
    const inputs: { type: string; inputs: unknown }[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                const given = inputsSchema.parse(args.inputs);
                inputs.push({ type: args.type, inputs: given });
                return { id: `${args.name}-id`, state: { ...given, result: "generated", hex: "00" } };
            },
            call: () => ({}),
        },
        "x0tta6bl4",
        stack,
        false,
    );
    const unasked = { ...config, monitoring: withoutAsking(config.monitoring) };
    pulumi.runtime.setAllConfig(
        Object.fromEntries(Object.entries(unasked).map(([key, text]) => [`x0tta6bl4:${key}`, text])),
    );
    const outputs = await program();
    await new Promise((resolve) => {
        pulumi.output(outputs).apply(resolve);
    });
    // Registrations that no output depends on need a few more turns of the loop.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return collect(inputs);
}

function collect(resources: readonly { type: string; inputs: unknown }[]): Plan {
    const parts = resources.flatMap(({ inputs }) => [...objectsIn(inputs)]);
    const found = <T>(schema: z.ZodType<T>) => parts.flatMap((part) => schema.safeParse(part).data ?? []);
    return {
        objects: resources.flatMap(({ type, inputs }) => {
            const object = type.startsWith("kubernetes:") ? objectSchema.safeParse(inputs).data : undefined;
            const [version, group = ""] = (object?.apiVersion ?? "").split("/").reverse();
            return object === undefined || version === undefined
                ? []
                : [{ group, kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace }];
        }),
        charts: resources.flatMap(({ type, inputs }) =>
            type === RELEASE ? (releaseSchema.safeParse(inputs).data?.namespace ?? []) : [],
        ),
        claims: found(claimSchema).map(({ storageClassName }) => storageClassName),
        csiDrivers: found(csiSchema).map(({ csi }) => csi.driver),
        images: found(containerSchema).map(({ image }) => image),
    };
}

/** Every object inside a value, the value itself included. */
function* objectsIn(value: unknown): Generator {
    if (typeof value === "object" && value !== null) {
        yield value;
        for (const child of Object.values(value)) {
            yield* objectsIn(child);
        }
    }
}
