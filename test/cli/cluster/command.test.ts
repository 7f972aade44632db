import assert from "node:assert/strict";
import { exitCode, type CheckFinding, type Report, reportJson, reportText } from "../../../preflight/report";

describe("Report of npx x0 cluster", () => {
    const long = "one two three four five six seven eight nine ten eleven twelve thirteen";
    const bound = "kubectl --kubeconfig /k --context kind-x";
    const command = `${bound} patch storageclass standard --type merge --patch '{"metadata":{"annotations":{}}}'`;
    const report = (...findings: CheckFinding[]): Report => ({
        command: "kind",
        stack: "staging",
        target: { context: "kind-x", kubeconfig: "/k", identifier: "u" },
        changed: false,
        groups: [
            { title: "Nodes", findings },
            { title: "Empty", findings: [] },
        ],
    });
    const fine: CheckFinding = { status: "ok", name: "Fine", detail: "it is" };
    const broken: CheckFinding = { status: "fail", name: "Broken", detail: long, fix: command };

    it("wraps sentences at 60 columns and leaves commands whole", () => {
        const text = reportText(report(fine, broken), { columns: 60, colour: false });
        const lines = text.split("\n");
        assert.deepEqual(
            lines.filter((line) => line.length > 60 && !line.includes("kubectl")),
            [],
        );
        assert.ok(lines.includes(`      ${command}`));
        assert.ok(lines.filter((line) => /one|seven|thirteen/.test(line)).length > 1);
    });

    it("names the cluster in each command of kubectl, so that a pasted one cannot reach another", () => {
        const fixes = [
            ["kubectl label node n a=b", `${bound} label node n a=b`],
            [
                "kubectl create -f x | kubectl apply -f -\nor set y",
                `${bound} create -f x | ${bound} apply -f -\nor set y`,
            ],
            ["Make it:   kubectl --namespace spire get pvc", `Make it:   ${bound} --namespace spire get pvc`],
            [`${bound} version`, `${bound} version`],
            ["kubectl config get-contexts", "kubectl config get-contexts"],
            ["install kubectl first", "install kubectl first"],
        ] as const;
        const findings = fixes.map(([fix]) => ({ ...broken, fix }));
        const { groups } = JSON.parse(reportJson(report(...findings))) as { groups: { checks: CheckFinding[] }[] };
        assert.deepEqual(
            groups[0]?.checks.map(({ fix }) => fix),
            fixes.map(([, expected]) => expected),
        );
        const text = reportText(report(...findings), { columns: 60, colour: false });
        assert.ok(text.includes(`      ${bound} label node n a=b\n`));
    });

    it("has no heading without findings, counts at the end, and states that nothing was changed", () => {
        const text = reportText(report(fine, broken), { columns: 100, colour: false });
        assert.doesNotMatch(text, /Empty/);
        assert.match(text, /1 ok, 0 warnings, 1 failed, 0 skipped\. Nothing was changed\.\n/);
        assert.match(text, /kubectl --kubeconfig \/k --context kind-x get nodes$/);
    });

    it("uses colour only if requested", () => {
        assert.ok(reportText(report(fine), { columns: 80, colour: true }).includes("\u001b[32m"));
        assert.ok(!reportText(report(fine), { columns: 80, colour: false }).includes("\u001b"));
    });

    it("ends with 1 only when a check failed", () => {
        const others = (["warn", "skip"] as const).map((status) => ({ ...fine, status }));
        assert.equal(exitCode(report(fine, ...others)), 0);
        assert.equal(exitCode(report(fine, broken)), 1);
    });

    it("is JSON with the cluster, the groups and the counts", () => {
        assert.deepEqual(JSON.parse(reportJson(report(fine, broken))), {
            command: "kind",
            stack: "staging",
            cluster: { context: "kind-x", kubeconfig: "/k", identifier: "u" },
            changed: false,
            groups: [
                { title: "Nodes", checks: [fine, broken] },
                { title: "Empty", checks: [] },
            ],
            counts: { ok: 1, warn: 0, fail: 1, skip: 0 },
        });
    });
});
