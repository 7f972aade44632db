import assert from "node:assert/strict";
import { mesh, parse } from "../support/parseSettings";

describe("Settings: constraints over several settings", () => {
    const refused: [string, unknown, RegExp][] = [
        [
            "limits below requests",
            { resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "500m", memory: "512Mi" } } },
            /limits\.cpu = "500m"\n +must be: at least mesh\.resources\.requests\.cpu \(1\)[^]*limits\.memory/,
        ],
        [
            "an autoscaler's maximum below its minimum",
            { autoscaling: { enabled: true, minReplicas: 4, maxReplicas: 3 } },
            /maxReplicas = 3\n +must be: at least mesh\.autoscaling\.minReplicas \(4\)/,
        ],
        [
            "a disruption budget of all replicas",
            { replicas: 3, disruptionBudget: { minAvailable: 3 } },
            /minAvailable = 3\n +must be: below mesh\.replicas \(3\)[^]*minAvailable 2/,
        ],
        [
            "a disruption budget of the autoscaler's minimum",
            { autoscaling: { enabled: true }, disruptionBudget: { minAvailable: 2 } },
            /below mesh\.autoscaling\.minReplicas \(2\)/,
        ],
        [
            "a disruption budget for one replica",
            { replicas: 1 },
            /disruptionBudget\.enabled = true\n +must be: false while mesh\.replicas is 1/,
        ],
        [
            "a SPIFFE socket where the data is mounted",
            { spireSocket: { path: "/data" } },
            /spireSocket\.path = "\/data"\n +must be: a directory at which nothing else is mounted/,
        ],
        ["the same port for http and mesh", { ports: { mesh: 8000 } }, /ports\.mesh = 8000\n +must be: different from/],
        [
            "a hostPath socket in a restricted namespace",
            { spireSocket: { type: "hostPath" }, podSecurity: { level: "restricted" } },
            /podSecurity\.level = "restricted"\n +must be: privileged, or unset: mesh\.spireSocket\.type hostPath/,
        ],
        [
            "eBPF in a baseline namespace",
            { ebpf: { enabled: true }, podSecurity: { level: "baseline" } },
            /mesh\.ebpf\.enabled mounts a host path/,
        ],
        [
            "one ReadWriteOnce claim for several pods",
            { data: { type: "existingClaim", claimName: "c", accessMode: "ReadWriteOnce" } },
            /accessMode = "ReadWriteOnce"\n +must be: ReadWriteMany/,
        ],
        [
            "a preStop sleep as long as the grace",
            { preStopSleepSeconds: 30 },
            /preStopSleepSeconds = 30\n +must be: below/,
        ],
        [
            "verification intervals the wrong way round",
            { zeroTrust: { continuousVerification: { maxIntervalSeconds: 10 } } },
            /maxIntervalSeconds = 10/,
        ],
        ["a writable path over a mount", { writablePaths: [{ path: "/data" }] }, /writablePaths\[0\]\.path = "\/data"/],
        [
            "a variable that a setting owns",
            { env: { LOG_LEVEL: "INFO" } },
            /mesh\.env\.LOG_LEVEL = a text of \d+ characters?\n +must be: removed: mesh\.logLevel sets it/,
        ],
    ];
    for (const [what, settings, expected] of refused) {
        it(`refuse ${what}`, () => {
            assert.match(mesh(settings), expected);
        });
    }

    it("accept metrics on the http port", () => {
        assert.equal(parse({ mesh: { ports: { metrics: 8000 } } }).mesh.ports.metrics, 8000);
    });

    it("accept a shared claim for several pods", () => {
        const data = { type: "existingClaim", claimName: "c", accessMode: "ReadWriteMany" };
        assert.equal(parse({ mesh: { data } }).mesh.data.type, "existingClaim");
    });
});
