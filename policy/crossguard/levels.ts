import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";

/**
 * Level that the configuration sets for a policy; `undefined` where it sets none and the policy's own level applies.
 * `other` also until the engine has sent a configuration: a violation is then never treated as advisory.
 */
export type ConfiguredLevel = (policy: string) => "advisory" | "other" | undefined;

/**
 * Reads the levels of `--policy-pack-config` from the engine's request, since the SDK passes only the options to
 * policies. Call it before the pack starts its server.
 */
export function configuredLevels(): ConfiguredLevel {
    let levels: Map<string, "advisory" | "other"> | undefined;
    const { configure } = AnalyzerService;
    const deserialize = configure.requestDeserialize;
    configure.requestDeserialize = (bytes) => {
        const request = deserialize(bytes);
        levels = new Map();
        for (const [policy, config] of request.getPolicyconfigMap().entries()) {
            levels.set(policy, config.getEnforcementlevel() === EnforcementLevel.ADVISORY ? "advisory" : "other");
        }
        return request;
    };
    return (policy) => (levels === undefined ? "other" : levels.get(policy));
}
