import assert from "node:assert/strict";
import { CannotRun } from "../../errors";
import { fixture } from "./fixture";
import { parseOutputs } from "../../smoke/outputs";

describe("Outputs that are read back", () => {
    let text: string;

    before(async () => {
        ({ outputs: text } = await fixture("prod"));
    });

    const stops = (changed: string, message: RegExp) => {
        assert.throws(
            () => parseOutputs(changed, "FILE"),
            (error) => error instanceof CannotRun && message.test(error.message),
        );
    };

    it("tell cluster and names", () => {
        const { target, expected } = parseOutputs(text, "FILE");
        assert.equal(target.context, "test");
        assert.deepEqual(expected.names, {
            deployment: "prod-x0tta6bl4",
            service: "prod-x0tta6bl4",
            metricsService: "prod-x0tta6bl4-metrics",
            configMap: "prod-x0tta6bl4-config",
            secret: "prod-x0tta6bl4-secrets",
            serviceAccount: "prod-x0tta6bl4",
            clusterRole: "x0tta6bl4-production",
        });
        assert.equal(expected.user, "system:serviceaccount:x0tta6bl4-production:prod-x0tta6bl4");
        assert.equal(expected.spireServer, "spire-server.spire:8081");
    });

    it("stop where they are not JSON or not of this program", () => {
        stops("<html>", /FILE: not JSON/);
        stops("{}", /namespace/);
        stops(text.replace('"minReplicas":5', '"minReplicas":"five"'), /expected\.mesh\.autoscaling\.minReplicas/);
    });

    it("stop without a context: the current one is never used", () => {
        stops(text.replace('"context":"test"', '"context":""'), /cluster\.context/);
    });
});
