import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type Environment, environmentOf, STACKS } from "./settings/shared/environments";
import { GRAFANA_PASSWORD, passwordFaults } from "./settings/monitoring/grafanaPassword";
import { type Fault, faultsOf, nearestKey, setCommand, SettingsError, shown } from "./settings/shared/faults";
import { ownsOperator } from "./settings/monitoring/schema";
import { monitoringFaults } from "./settings/monitoring/constraints";
import { crossFieldFaults, neededPodSecurity } from "./settings/mesh/constraints";
import {
    type ClusterSettings,
    type MeshSettings,
    type MonitoringSettings,
    schemas,
    type SettingsKey,
    type SpireSettings,
} from "./settings/schema";
import { spireFaults } from "./settings/spire/constraints";

/** Mesh settings in which everything that the stack or other settings decide is filled in. */
export interface ResolvedMeshSettings extends MeshSettings {
    readonly namespace: string;
    readonly podSecurity: { readonly level: "restricted" | "baseline" | "privileged"; readonly version: string };
}

/** SPIRE's settings in which everything that the stack decides is filled in. */
export interface ResolvedSpireSettings extends SpireSettings {
    readonly clusterName: string;
}

/** All settings of one stack: validated, complete and frozen. */
export interface Settings {
    /** What the stack's name decides. */
    readonly environment: Environment;
    /** The target cluster. */
    readonly cluster: ClusterSettings;
    /** The mesh app. */
    readonly mesh: ResolvedMeshSettings;
    /** SPIRE. */
    readonly spire: ResolvedSpireSettings;
    /** Monitoring. */
    readonly monitoring: MonitoringSettings;
}

/** What the reader needs to know of the configuration; {@link loadSettings} takes it from Pulumi. */
export interface RawSettings {
    /** Stack name. */
    readonly stack: string;
    /** Values of the project's own keys, without the project's prefix; objects as JSON text. */
    readonly values: Readonly<Record<string, string>>;
    /** Those keys that hold a secret: their values never appear in a message. */
    readonly secretKeys: ReadonlySet<string>;
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

/** Grafana's password where the stack's configuration has it, encrypted or not; a secret from here on. */
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
    const faults: Fault[] = unknownSections(raw);
    const environment = environmentOf(raw.stack);
    if (environment === undefined) {
        faults.push({
            key: "stack",
            given: shown(raw.stack, false),
            allowed: STACKS.join(" or "),
            fix: `pulumi stack select ${STACKS[0] ?? ""}`,
        });
    }
    const cluster = parseSection(raw, "cluster", schemas.cluster, faults);
    const mesh = parseSection(raw, "mesh", schemas.mesh, faults);
    const spire = parseSection(raw, "spire", schemas.spire, faults);
    const monitoring = parseSection(raw, "monitoring", schemas.monitoring, faults);
    if (mesh !== undefined) {
        faults.push(...crossFieldFaults(raw.stack, mesh));
    }
    if (mesh !== undefined && spire !== undefined) {
        faults.push(...spireFaults(raw.stack, spire, mesh));
    }
    if (mesh !== undefined && spire !== undefined && monitoring !== undefined) {
        faults.push(...monitoringFaults(raw.stack, { monitoring, mesh, spire }));
        faults.push(...passwordFaults(raw.stack, monitoring, raw.values[GRAFANA_PASSWORD]));
    }
    if (faults.length > 0 || !environment || !cluster || !mesh || !spire || !monitoring) {
        throw new SettingsError(raw.stack, faults);
    }
    return deepFreeze({
        environment,
        cluster,
        mesh: resolveMesh(mesh, environment),
        spire: { ...spire, clusterName: spire.clusterName ?? environment.name },
        monitoring,
    });
}

function resolveMesh(mesh: MeshSettings, environment: Environment): ResolvedMeshSettings {
    return {
        ...mesh,
        namespace: mesh.namespace ?? environment.namespace,
        podSecurity: { ...mesh.podSecurity, level: mesh.podSecurity.level ?? neededPodSecurity(mesh) },
    };
}

function unknownSections(raw: RawSettings): Fault[] {
    const known = [...Object.keys(schemas), GRAFANA_PASSWORD];
    return Object.keys(raw.values)
        .filter((key) => !known.includes(key))
        .map((key) => {
            const near = nearestKey(key, known);
            return {
                key,
                given: shown(parseJson(raw.values[key] ?? ""), raw.secretKeys.has(key)),
                allowed: `one of ${known.join(", ")}${near === undefined ? "" : `; the nearest is ${near}`}`,
                fix: `pulumi config rm --stack ${raw.stack} ${key}`,
            };
        });
}

/** One section with its defaults; adds its faults to `faults` and returns `undefined` when it has any. */
function parseSection<T extends z.ZodType>(
    raw: RawSettings,
    section: SettingsKey,
    schema: T,
    faults: Fault[],
): z.output<T> | undefined {
    const text = raw.values[section];
    const value = text === undefined ? {} : parseJson(text);
    const result = schema.safeParse(value);
    if (result.success) {
        faults.push(...encryptedFaults(raw, section));
        return result.data;
    }
    const secret = raw.secretKeys.has(section);
    faults.push(...faultsOf(result.error, { stack: raw.stack, section, schema, value, secret }));
    return undefined;
}

/** Settings end up in objects and outputs that everybody may read, so none may hold an encrypted value. */
function encryptedFaults(raw: RawSettings, section: SettingsKey): Fault[] {
    return raw.secretKeys.has(section)
        ? [
              {
                  key: section,
                  given: shown(undefined, true),
                  allowed: "free of encrypted values; put them into a Kubernetes Secret and name it",
                  fix: setCommand(raw.stack, "mesh.secret.existingName", "<name>"),
              },
          ]
        : [];
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function deepFreeze<T extends object>(value: T): T {
    for (const child of Object.values(value)) {
        if (typeof child === "object" && child !== null) {
            deepFreeze(child);
        }
    }
    return Object.freeze(value);
}
