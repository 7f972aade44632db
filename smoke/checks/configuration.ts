import { parse } from "yaml";
import { type Check } from "../check";
import { failed, judge, type Outcome } from "../outcome";
import { messageOf } from "../../errors";
import { judging } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { same, sameFields, sameMembers } from "../compare";
import type { Expectation } from "../expectation";
import { counted } from "../../terminal/counted";

const TOPIC = "ConfigMap";
const MAPE_K = "mape_k_config.yaml";
const FEATURES = "config.yaml";

/** Keys that the app's Secret must have; without them the app does not start in production. */
const SECRET_KEYS = ["CSRF_SECRET_KEY", "FLASK_SECRET_KEY", "JWT_SECRET_KEY", "OPERATOR_PRIVATE_KEY"];

/** Expected values of the ConfigMap's plain keys. */
export function configValues({ mesh, trustDomain, spireServer }: Expectation): Record<string, string> {
    return {
        LOG_LEVEL: mesh.logLevel,
        SPIFFE_TRUST_DOMAIN: trustDomain,
        SPIRE_SERVER_ADDR: spireServer,
        METRICS_ENABLED: String(mesh.metrics.enabled),
        METRICS_PORT: String(mesh.ports.metrics),
        PROFILING_ENABLED: String(mesh.profiling),
    };
}

/** Parses a YAML key of the ConfigMap and checks its content. */
function judgingYaml(snapshot: Snapshot, key: string, judgeContent: (content: object) => Outcome): Outcome {
    return judging(snapshot.configMap, ({ data }) => {
        const text = data?.[key];
        if (text === undefined) {
            return failed(`no key ${key}`);
        }
        let content: unknown;
        try {
            content = parse(text);
        } catch (error) {
            return failed(`${key} is not YAML: ${messageOf(error)}`);
        }
        return typeof content === "object" && content !== null
            ? judgeContent(content)
            : failed(`${key} holds no mapping`);
    });
}

/** Checks of the app's ConfigMap and Secret. */
export const CONFIGURATION_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "values",
        look: "get configmap -o yaml",
        run: ({ configMap }, expected) =>
            judging(configMap, ({ data }) => {
                const values = configValues(expected);
                const names = [...Object.keys(values), MAPE_K, FEATURES];
                return judge(
                    [...sameFields("data", values, data), ...sameMembers("data keys", names, Object.keys(data ?? {}))],
                    counted(names.length, "key"),
                );
            }),
    },
    {
        topic: TOPIC,
        name: MAPE_K,
        look: `get configmap -o jsonpath={..data.mape_k_config\\.yaml}`,
        run: (snapshot, { mesh: { mapeK } }) =>
            judgingYaml(snapshot, MAPE_K, (content) => {
                const { monitor, analyzer, planner, executor } = mapeK;
                const wanted = {
                    monitor: { interval: monitor.interval, timeout: monitor.timeout },
                    analyzer: { rules_engine: analyzer.rulesEngine, cache_enabled: analyzer.cacheEnabled },
                    planner: { optimization: planner.optimization },
                    executor: { max_parallel: executor.maxParallel, retry_count: executor.retryCount },
                };
                return judge(
                    sameFields(MAPE_K, wanted, content),
                    `every ${monitor.interval} s, ${analyzer.rulesEngine}, ${planner.optimization}`,
                );
            }),
    },
    {
        topic: TOPIC,
        name: FEATURES,
        look: "get configmap -o jsonpath={..data.config\\.yaml}",
        run: (snapshot, { mesh }) =>
            judgingYaml(snapshot, FEATURES, (content) => {
                const { zeroTrust, networking, obfuscation, dao } = mesh;
                return judge(
                    sameFields(FEATURES, { zeroTrust, networking, obfuscation, dao }, content),
                    "features as set",
                );
            }),
    },
    {
        topic: "Secret",
        name: "keys",
        look: "describe secret",
        run: ({ secret }, { mesh }) =>
            judging(secret, ({ type, keys, empty }) => {
                // A Secret provided by the user can have another type and additional keys.
                const own = mesh.secret.existingName === undefined;
                return judge(
                    [
                        ...(own ? same("type", "Opaque", type) : []),
                        ...SECRET_KEYS.filter((key) => !keys.includes(key)).map((key) => ({
                            path: `data.${key}`,
                            expected: "(a value)",
                            actual: "(not set)",
                        })),
                        ...empty.map((key) => ({ path: `data.${key}`, expected: "(a value)", actual: "(empty)" })),
                    ],
                    `${counted(keys.length, "key")}, none empty`,
                );
            }),
    },
];
