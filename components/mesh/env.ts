import type { types } from "@pulumi/kubernetes";
import type { MeshAppArgs } from "./args";
import { CONFIG_ENV_KEYS, configMapName, endpointSocket } from "./config";
import { DATA_PATH } from "./volumes";

/** Environment of the mesh container; the Secret's keys are added by `envFrom`. */
export function containerEnv(args: MeshAppArgs): types.input.core.v1.EnvVar[] {
    const configMap = configMapName(args);
    return [
        { name: "NODE_ID", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
        ...CONFIG_ENV_KEYS.map((key) => ({
            name: key,
            valueFrom: { configMapKeyRef: { name: configMap, key } },
        })),
        ...Object.entries(literals(args)).map(([name, value]) => ({ name, value })),
    ];
}

/** Variables with a plain value, by name; those of `mesh.env` come last, so that they override the two defaults. */
function literals({ environment, settings }: MeshAppArgs): Record<string, string> {
    const { ports, zeroTrust, obfuscation, spireSocket } = settings;
    const on = (enabled: boolean) => String(zeroTrust.enabled && enabled);
    return {
        ENVIRONMENT: environment.name,
        PYTHONUNBUFFERED: "1",
        API_PORT: String(ports.http),
        MESH_PORT: String(ports.mesh),
        ...(spireSocket.type === "none" ? {} : { SPIFFE_ENDPOINT_SOCKET: endpointSocket(settings) }),
        ZERO_TRUST_ENABLED: String(zeroTrust.enabled),
        ZKP_ENABLED: on(zeroTrust.zkp.enabled),
        POST_QUANTUM_ENABLED: on(zeroTrust.postQuantum.enabled),
        DID_ENABLED: on(zeroTrust.did.enabled),
        CONTINUOUS_VERIFICATION_ENABLED: on(zeroTrust.continuousVerification.enabled),
        OBFUSCATION_ENABLED: String(obfuscation.enabled),
        OBFUSCATION_TRANSPORT: obfuscation.defaultTransport,
        // The app's own default puts its SQLite file into the read-only /app.
        DATABASE_URL: `sqlite:///${DATA_PATH}/x0tta6bl4.db`,
        ...settings.env,
    };
}
