import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import { type Check } from "../check";
import { judge } from "../outcome";
import { judging } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { same, sameFields } from "../compare";
import type { Expectation } from "../expectation";
import { containerOf } from "../subject";
import { configValues } from "./configuration";
import { counted } from "../../terminal/counted";

const TOPIC = "Environment";
const LOOK = "set env deployment --all --list";

/** Value of an environment variable in the container; ConfigMap keys are resolved, other sources are described. */
function valueOf({ value, valueFrom }: V1EnvVar, snapshot: Snapshot): string {
    const key = valueFrom?.configMapKeyRef;
    if (key !== undefined) {
        const config = snapshot.configMap;
        const known = config.ok && config.value.metadata?.name === key.name ? config.value.data?.[key.key] : undefined;
        return known ?? `key ${key.key} of ConfigMap ${key.name ?? ""}`;
    }
    return valueFrom?.fieldRef === undefined ? (value ?? "") : `field ${valueFrom.fieldRef.fieldPath}`;
}

/** The container's environment variables by name; as in Kubernetes, the last of several with the same name wins. */
function variablesOf({ env }: V1Container, snapshot: Snapshot): Record<string, string> {
    return Object.fromEntries((env ?? []).map((variable) => [variable.name, valueOf(variable, snapshot)]));
}

/** Expected variables that do not come from the ConfigMap. */
function literals({ environment, mesh }: Expectation): Record<string, string | undefined> {
    const { zeroTrust, obfuscation, spireSocket, ports } = mesh;
    const zeroTrustSwitch = (enabled: boolean) => String(zeroTrust.enabled && enabled);
    return {
        ENVIRONMENT: environment,
        PYTHONUNBUFFERED: "1",
        NODE_ID: "field metadata.name",
        API_PORT: String(ports.http),
        MESH_PORT: String(ports.mesh),
        SPIFFE_ENDPOINT_SOCKET: spireSocket.type === "none" ? undefined : `unix://${spireSocket.path}/agent.sock`,
        ZERO_TRUST_ENABLED: String(zeroTrust.enabled),
        ZKP_ENABLED: zeroTrustSwitch(zeroTrust.zkp.enabled),
        POST_QUANTUM_ENABLED: zeroTrustSwitch(zeroTrust.postQuantum.enabled),
        DID_ENABLED: zeroTrustSwitch(zeroTrust.did.enabled),
        CONTINUOUS_VERIFICATION_ENABLED: zeroTrustSwitch(zeroTrust.continuousVerification.enabled),
        OBFUSCATION_ENABLED: String(obfuscation.enabled),
        OBFUSCATION_TRANSPORT: obfuscation.defaultTransport,
        DATABASE_URL: "sqlite:////data/x0tta6bl4.db",
        ...mesh.env,
    };
}

/** Checks of the container's environment variables. */
export const ENVIRONMENT_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "from the ConfigMap",
        look: LOOK,
        run: (snapshot, expected) =>
            judging(containerOf(snapshot), (container) => {
                const { configMap } = expected.names;
                const values = configValues(expected);
                const references = Object.fromEntries(
                    (container.env ?? []).map(({ name, valueFrom }) => [name, valueFrom?.configMapKeyRef?.name]),
                );
                return judge(
                    [
                        ...sameFields("env", values, variablesOf(container, snapshot)),
                        ...Object.keys(values).flatMap((name) =>
                            same(`env.${name} from ConfigMap`, configMap, references[name]),
                        ),
                    ],
                    counted(Object.keys(values).length, "variable"),
                );
            }),
    },
    {
        topic: TOPIC,
        name: "switches and settings",
        look: LOOK,
        run: (snapshot, expected) =>
            judging(containerOf(snapshot), (container) => {
                const wanted = literals(expected);
                return judge(
                    sameFields("env", wanted, variablesOf(container, snapshot)),
                    counted(Object.values(wanted).filter((value) => value !== undefined).length, "variable"),
                );
            }),
    },
    {
        topic: TOPIC,
        name: "keys from the Secret",
        look: LOOK,
        run: (snapshot, { names }) =>
            judging(containerOf(snapshot), ({ envFrom }) => {
                const sources = (envFrom ?? []).map(({ secretRef }) => secretRef);
                const ours = sources.find((source) => source?.name === names.secret);
                const there = sources.map((source) => source?.name ?? "(no Secret)").join(", ");
                return judge(
                    ours === undefined
                        ? same("envFrom Secret", names.secret, there === "" ? undefined : there)
                        : same(`envFrom ${names.secret} optional`, false, ours.optional ?? false),
                    names.secret,
                );
            }),
    },
];
