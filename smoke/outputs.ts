import { z } from "zod";
import { recordedOutputs } from "../engine/recordedOutputs";
import { parseState } from "../engine/state";
import { joinedServiceMesh } from "../settings/mesh/serviceMesh";
import { schemas } from "../settings/schema";
import { ruleContext } from "../components/monitoring/rules/context";
import { environmentOf, STACKS } from "../settings/shared/environments";
import { dashboardNames } from "../components/monitoring/dashboards/names";
import { CannotRun } from "../errors";
import type { ContextName } from "../kube/kubeconfig";
import type { Expectation } from "./expectation";

/** Address of a Service inside the cluster; its first label is the Service's name. */
const serviceUrl = z.url().transform((url) => new URL(url).hostname.split(".", 1)[0] ?? "");

/** The stack outputs that the checks need; others are ignored. */
const outputsSchema = z.object({
    cluster: z.object({ context: z.string().min(1), kubeconfig: z.string().min(1).nullish() }),
    namespace: z.string().min(1),
    deployment: z.string().min(1),
    services: z.object({ http: serviceUrl, metrics: serviceUrl }),
    trustDomain: z.string().min(1),
    secretName: z.string().min(1),
    configMapName: z.string().min(1),
    serviceAccountName: z.string().min(1),
    clusterRoleName: z.string().min(1),
    expected: z.object({
        environment: z
            .string()
            .transform((name) => STACKS.map(environmentOf).find((known) => known?.name === name))
            .refine((known) => known !== undefined, { error: "not an environment of this program" }),
        mesh: z.unknown(),
        spire: schemas.spire,
        monitoring: schemas.monitoring,
    }),
});

/** The mesh settings that the program derives. */
const resolvedSchema = z.object({
    namespace: z.string().min(1),
    podSecurity: z.object({ level: z.enum(["restricted", "baseline", "privileged"]), version: z.string() }),
});

/** Target cluster and expected state of a stack, from its outputs. */
export interface StackFacts {
    /** Cluster that the stack belongs to. */
    readonly target: ContextName;
    /** Expected state, with which the live objects are compared. */
    readonly expected: Expectation;
}

/**
 * Reads the outputs of a stack.
 * @param text JSON in the format of `pulumi stack export`, or the outputs with the effective settings under `expected`
 * @param source source of the text, for messages
 */
export function parseOutputs(text: string, source: string): StackFacts {
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        throw new CannotRun(`${source}: not JSON`, "write them with: pulumi stack export > FILE");
    }
    const recorded = isExport(json) ? recordedOutputs(parseState(text).resources) : json;
    const outputs = parseWith(outputsSchema, recorded, source);
    const { environment, mesh, spire, monitoring } = outputs.expected;
    const settings = parseWith(schemas.mesh, mesh, source, ["expected", "mesh"]);
    const resolved = parseWith(resolvedSchema, mesh, source, ["expected", "mesh"]);
    const { namespace, deployment, services, cluster } = outputs;
    const completeMesh = { ...settings, ...resolved, serviceMesh: joinedServiceMesh(settings.serviceMesh) };
    return {
        target: { context: cluster.context, kubeconfig: cluster.kubeconfig ?? undefined },
        expected: {
            stack: environment.stack,
            environment: environment.name,
            namespace,
            names: {
                deployment,
                service: services.http,
                metricsService: services.metrics,
                configMap: outputs.configMapName,
                secret: outputs.secretName,
                serviceAccount: outputs.serviceAccountName,
                clusterRole: outputs.clusterRoleName,
            },
            user: `system:serviceaccount:${namespace}:${outputs.serviceAccountName}`,
            trustDomain: outputs.trustDomain,
            spireServer: `spire-server.${spire.serverNamespace}:${spire.serverPort}`,
            spireNamespace: spire.serverNamespace,
            spirePort: spire.serverPort,
            spire: {
                enabled: spire.enabled,
                serverNamespace: spire.serverNamespace,
                systemNamespace: spire.systemNamespace,
                servers: spire.server.replicas,
                settings: spire,
            },
            monitoring: {
                settings: monitoring,
                rules: ruleContext({ environment, settings: monitoring, mesh: completeMesh, spire }),
                dashboards: monitoring.dashboards ? dashboardNames(spire.enabled) : [],
            },
            mesh: completeMesh,
        },
    };
}

/** Whether this is the state of a stack rather than its outputs. */
function isExport(json: unknown): boolean {
    return z.object({ deployment: z.object({ resources: z.array(z.unknown()) }) }).safeParse(json).success;
}

/** Parses outputs with a schema. @throws an error that names every output that is missing or invalid. */
function parseWith<T extends z.ZodType>(schema: T, value: unknown, source: string, at: string[] = []): z.output<T> {
    const result = schema.safeParse(value);
    if (result.success) {
        return result.data;
    }
    const faults = result.error.issues.map(
        ({ path, message }) => `  ${[...at, ...path].join(".") || "(all)"}: ${message}`,
    );
    throw new CannotRun(
        `${source}: not the outputs of this program:\n${faults.join("\n")}`,
        "bring the stack up to date with `pulumi up` (or `npm run local`), then check again",
    );
}
