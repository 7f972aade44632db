import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";

/** First minor version in which each sysctl is safe. */
const SAFE_SINCE: Readonly<Record<string, number | undefined>> = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.ping_group_range": 0,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
    "net.ipv4.tcp_notsent_lowat": 37,
    "net.ipv4.tcp_slow_start_after_idle": 37,
};

/** Most sysctls affect the whole node. */
export const sysctls = defineRule({
    id: "sysctls",
    title: "Pods set safe sysctls only",
    description: "Pods may set only safe sysctls.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Remove the entry from securityContext.sysctls, or set it on the nodes."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
securityContext: { sysctls: [{ name: kernel.msgmax, value: '65536' }] }
containers:
  - name: app
    image: app:1.0.0`,
        good: `
securityContext: { sysctls: [{ name: net.ipv4.tcp_syncookies, value: '1' }] }
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        allow: texts([], "Other sysctls that may be set."),
        pssVersion,
    },
    check: (workload, { allow, pssVersion: version }) =>
        each(workload.pod.at("securityContext", "sysctls").items(), function* (sysctl) {
            const name = sysctl.at("name").string() ?? "";
            const since = SAFE_SINCE[name];
            if ((since !== undefined && since <= minorOf(version)) || allow.includes(name)) {
                return;
            }
            yield violation(sysctl.at("name"), "is not a safe sysctl", "Remove the entry (option allow).");
        }),
});
