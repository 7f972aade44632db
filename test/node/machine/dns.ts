import type { KubernetesObject } from "@kubernetes/client-node";
import { DNS_IMAGE } from "../images/catalog";
import { DNS_ADDRESS } from "./network";

const NAMESPACE = "kube-system";

/** Labels of the cluster's DNS in every distribution; NetworkPolicies name them. */
const LABELS = { "k8s-app": "kube-dns" };

const COREFILE = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 30
    }
    prometheus :9153
    cache 30
}
`;

const probe = (path: string, port: number) => ({ httpGet: { path, port }, periodSeconds: 5, timeoutSeconds: 5 });

/** The cluster's DNS server, as kubeadm sets it up, with one pod. */
export const DNS: readonly (KubernetesObject & Record<string, unknown>)[] = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace: NAMESPACE } },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:coredns" },
        rules: [
            { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
            { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
        ],
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "system:coredns" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
        subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: NAMESPACE }],
    },
    {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "coredns", namespace: NAMESPACE },
        data: { Corefile: COREFILE },
    },
    {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "coredns", namespace: NAMESPACE, labels: LABELS },
        spec: {
            replicas: 1,
            selector: { matchLabels: LABELS },
            template: {
                metadata: { labels: LABELS },
                spec: {
                    serviceAccountName: "coredns",
                    priorityClassName: "system-cluster-critical",
                    dnsPolicy: "Default",
                    containers: [
                        {
                            name: "coredns",
                            image: DNS_IMAGE,
                            imagePullPolicy: "Never",
                            args: ["-conf", "/etc/coredns/Corefile"],
                            ports: [
                                { name: "dns", containerPort: 53, protocol: "UDP" },
                                { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
                                { name: "metrics", containerPort: 9153, protocol: "TCP" },
                            ],
                            readinessProbe: probe("/ready", 8181),
                            livenessProbe: { ...probe("/health", 8080), failureThreshold: 5 },
                            volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
                            securityContext: { capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } },
                        },
                    ],
                    volumes: [{ name: "config", configMap: { name: "coredns" } }],
                },
            },
        },
    },
    {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "kube-dns", namespace: NAMESPACE, labels: LABELS },
        spec: {
            clusterIP: DNS_ADDRESS,
            selector: LABELS,
            ports: [
                { name: "dns", port: 53, protocol: "UDP" },
                { name: "dns-tcp", port: 53, protocol: "TCP" },
                { name: "metrics", port: 9153, protocol: "TCP" },
            ],
        },
    },
];
