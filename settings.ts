import * as pulumi from "@pulumi/pulumi";
import { crossSectionFaults } from "./settings/crossSection/constraints";
import { meshFaults, neededPodSecurity } from "./settings/mesh/constraints";
import { type JoinedServiceMesh, joinedServiceMesh } from "./settings/mesh/serviceMesh";
import { monitoringFaults } from "./settings/monitoring/constraints";
import { GRAFANA_PASSWORD, passwordFaults } from "./settings/monitoring/grafanaPassword";
import { ownsOperator } from "./settings/monitoring/schema";
import {
    type ClusterSettings,
    type CostSettings,
    type MeshSettings,
    type MonitoringSettings,
    schemas,
    type SpireSettings,
} from "./settings/schema";
import { parseSection, type RawSettings, unknownSections, unknownStack } from "./settings/sections";
import { type Environment, environmentOf } from "./settings/shared/environments";
import { type Fault, SettingsError } from "./settings/shared/faults";
import { spireFaults } from "./settings/spire/constraints";

export type { RawSettings } from "./settings/sections";

/** Mesh settings, with everything that the stack or other settings determine filled in. */
export interface ResolvedMeshSettings extends Omit<MeshSettings, "serviceMesh"> {
    readonly namespace: string;
    /** The service mesh; `undefined` where the pods join none. */
    readonly serviceMesh?: JoinedServiceMesh | undefined;
    readonly podSecurity: { readonly level: "restricted" | "baseline" | "privileged"; readonly version: string };
}

/** SPIRE settings, with everything that the stack determines filled in. */
export interface ResolvedSpireSettings extends SpireSettings {
    readonly clusterName: string;
}

/** All settings of one stack: validated, complete and frozen. */
export interface Settings {
    /** What the stack's name determines. */
    readonly environment: Environment;
    /** The target cluster. */
    readonly cluster: ClusterSettings;
    /** The mesh app. */
    readonly mesh: ResolvedMeshSettings;
    /** SPIRE. */
    readonly spire: ResolvedSpireSettings;
    /** Monitoring. */
    readonly monitoring: MonitoringSettings;
    /** What the stack may cost; changes no object. */
    readonly cost: CostSettings;
}

/**
 * The settings of the current stack. The only place that reads Pulumi configuration.
 * @throws {@link SettingsError} with every fault at once.
 */
export function loadSettings(): Settings {
    const prefix = `${pulumi.getProject()}:`;
    const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
    return parseSettings({
        stack: pulumi.getStack(),
        values: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
        secretKeys: new Set(
            own
                .map(([key]) => key)
                .filter(isSecret)
                .map((key) => key.slice(prefix.length)),
        ),
    });
}

/** Grafana's password if the stack's configuration has it, encrypted or not; a secret from here on. */
export function grafanaPassword({ monitoring }: Settings): pulumi.Output<string> | undefined {
    return ownsOperator(monitoring) && monitoring.grafana.password.type === "config"
        ? new pulumi.Config().requireSecret(GRAFANA_PASSWORD)
        : undefined;
}

/** Whether the CLI marked a configuration key as secret; the SDK has no public function for it. */
function isSecret(key: string): boolean {
    const secretKeys: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
    return Array.isArray(secretKeys) && secretKeys.includes(key);
}

/**
 * Validates raw settings and fills in defaults.
 * @throws {@link SettingsError} with every fault at once.
 */
export function parseSettings(raw: RawSettings): Settings {
    const { stack } = raw;
    const environment = environmentOf(stack);
    const faults: Fault[] = [...unknownStack(stack), ...unknownSections(raw)];
    const cluster = parseSection(raw, "cluster", schemas.cluster, faults);
    const mesh = parseSection(raw, "mesh", schemas.mesh, faults);
    const spire = parseSection(raw, "spire", schemas.spire, faults);
    const monitoring = parseSection(raw, "monitoring", schemas.monitoring, faults);
    const cost = parseSection(raw, "cost", schemas.cost, faults);
    faults.push(
        ...(mesh === undefined ? [] : meshFaults(stack, mesh)),
        ...(spire === undefined ? [] : spireFaults(stack, spire)),
        ...(monitoring === undefined ? [] : monitoringFaults(stack, monitoring)),
        ...(monitoring === undefined ? [] : passwordFaults(stack, monitoring, raw.values[GRAFANA_PASSWORD])),
        ...(mesh && spire && monitoring ? crossSectionFaults(stack, { mesh, spire, monitoring, environment }) : []),
    );
    if (faults.length > 0 || !environment || !cluster || !mesh || !spire || !monitoring || !cost) {
        throw new SettingsError(stack, faults);
    }
    return deepFreeze({
        environment,
        cluster,
        mesh: resolveMesh(mesh, environment),
        spire: { ...spire, clusterName: spire.clusterName ?? environment.name },
        monitoring,
        cost,
    });
}

function resolveMesh(mesh: MeshSettings, environment: Environment): ResolvedMeshSettings {
    return {
        ...mesh,
        namespace: mesh.namespace ?? environment.namespace,
        podSecurity: { ...mesh.podSecurity, level: mesh.podSecurity.level ?? neededPodSecurity(mesh) },
        serviceMesh: joinedServiceMesh(mesh.serviceMesh),
    };
}

/** Freezes an object with all that it contains. @returns the object itself */
export function deepFreeze<T extends object>(value: T): T {
    for (const child of Object.values(value)) {
        if (typeof child === "object" && child !== null) {
            deepFreeze(child);
        }
    }
    return Object.freeze(value);
}
