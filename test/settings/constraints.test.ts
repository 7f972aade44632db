import assert from "node:assert/strict";
import { longestStart } from "../../settings/mesh/startTime";
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
            "a deadline that ends before the startup probe does",
            { progressDeadlineSeconds: 300 },
            /progressDeadlineSeconds = 300\n +must be: above 305: [^]*mesh\.progressDeadlineSeconds 605\n/,
        ],
        [
            "a startup probe that lasts longer than the deadline",
            { probes: { startup: { periodSeconds: 10, failureThreshold: 60 } } },
            /progressDeadlineSeconds = 600\n +must be: above 605: /,
        ],
        [
            "a startup probe whose timeouts last longer than the deadline",
            { probes: { startup: { timeoutSeconds: 10 } } },
            /progressDeadlineSeconds = 600\n +must be: above 605: /,
        ],
        [
            "a deadline that ends before a pod has been Ready for long enough",
            { minReadySeconds: 600, probes: { startup: { enabled: false } } },
            /progressDeadlineSeconds = 600\n +must be: above 615: so many seconds mesh\.probes and mesh\.minReadySeconds \(600\)/,
        ],
        [
            "a startup that no deadline exceeds",
            { probes: { startup: { periodSeconds: 86_400 } } },
            /mesh\.probes = an object of 3 keys\n +must be: so short [^]*config rm --stack staging --path mesh\.probes\n/,
        ],
        [
            "a time to be Ready that no deadline exceeds",
            { minReadySeconds: 86_400 },
            /mesh\.minReadySeconds = a number\n +must be: so short [^]*--path mesh\.minReadySeconds\n/,
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

    it("accept a deadline one second after the last moment at which a pod may become available", () => {
        const start = { probes: { startup: { initialDelaySeconds: 5, failureThreshold: 20 } }, minReadySeconds: 10 };
        assert.equal(longestStart(parse({ mesh: start }).mesh), 120);
        assert.equal(parse({ mesh: { ...start, progressDeadlineSeconds: 121 } }).mesh.progressDeadlineSeconds, 121);
        assert.match(mesh({ ...start, progressDeadlineSeconds: 120 }), /must be: above 120: /);
    });

    it("accept metrics on the http port", () => {
        assert.equal(parse({ mesh: { ports: { metrics: 8000 } } }).mesh.ports.metrics, 8000);
    });

    it("accept a shared claim for several pods", () => {
        const data = { type: "existingClaim", claimName: "c", accessMode: "ReadWriteMany" };
        assert.equal(parse({ mesh: { data } }).mesh.data.type, "existingClaim");
    });
});
