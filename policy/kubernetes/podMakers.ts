/** Kinds that deploy objects from a chart or repository, which are not available here. */
export const DELEGATING: ReadonlySet<string> = new Set([
    "Application.argoproj.io",
    "ApplicationSet.argoproj.io",
    "HelmRelease.helm.toolkit.fluxcd.io",
    "Kustomization.kustomize.toolkit.fluxcd.io",
    "HelmChart.helm.cattle.io",
    "Release.helm.crossplane.io",
    "App.kappctrl.k14s.io",
    "Bundle.fleet.cattle.io",
    "GitRepo.fleet.cattle.io",
    "Subscription.operators.coreos.com",
]);

/**
 * Kinds whose controllers create pods from other settings than a pod template: virtual machines, databases, brokers,
 * steps.
 */
export const MAKING_PODS: ReadonlySet<string> = new Set([
    ...["VirtualMachine", "VirtualMachineInstance", "VirtualMachineInstanceReplicaSet"].map(
        (kind) => `${kind}.kubevirt.io`,
    ),
    "VirtualMachinePool.pool.kubevirt.io",
    ...[
        "Cluster.postgresql.cnpg.io",
        "Pooler.postgresql.cnpg.io",
        "postgresql.acid.zalan.do",
        "SGCluster.stackgres.io",
    ],
    ...["PostgresCluster.postgres-operator.crunchydata.com", "PerconaPGCluster.pgv2.percona.com"],
    ...["PerconaXtraDBCluster.pxc.percona.com", "PerconaServerMongoDB.psmdb.percona.com"],
    ...["MongoDB.mongodb.com", "MongoDBCommunity.mongodbcommunity.mongodb.com", "InnoDBCluster.mysql.oracle.com"],
    ...["MariaDB.k8s.mariadb.com", "CassandraDatacenter.cassandra.datastax.com", "K8ssandraCluster.k8ssandra.io"],
    ...["ScyllaCluster.scylla.scylladb.com", "CouchbaseCluster.couchbase.com", "TidbCluster.pingcap.com"],
    ...["CrdbCluster.crdb.cockroachlabs.com", "ClickHouseInstallation.clickhouse.altinity.com"],
    ...["Kafka", "KafkaNodePool", "KafkaConnect", "KafkaBridge", "KafkaMirrorMaker2"].map(
        (kind) => `${kind}.kafka.strimzi.io`,
    ),
    ...["RabbitmqCluster.rabbitmq.com", "NatsCluster.nats.io", "ZookeeperCluster.zookeeper.pravega.io"],
    ...["Redis", "RedisCluster", "RedisReplication"].map((kind) => `${kind}.redis.redis.opstreelabs.in`),
    ...["RedisFailover.databases.spotahome.com", "Dragonfly.dragonflydb.io"],
    ...["Elasticsearch.elasticsearch.k8s.elastic.co", "Kibana.kibana.k8s.elastic.co"],
    ...["OpenSearchCluster.opensearch.opster.io", "Tenant.minio.min.io", "CephCluster.ceph.rook.io"],
    ...["Keycloak.k8s.keycloak.org", "Jaeger.jaegertracing.io", "OpenTelemetryCollector.opentelemetry.io"],
    ...["Grafana.grafana.integreatly.org", "LokiStack.loki.grafana.com", "TempoStack.tempo.grafana.com"],
    ...["VMSingle", "VMAgent", "VMCluster", "VMAlert"].map((kind) => `${kind}.operator.victoriametrics.com`),
    ...["ArgoCD.argoproj.io", "FlinkDeployment.flink.apache.org"],
    ...["SparkApplication", "ScheduledSparkApplication"].map((kind) => `${kind}.sparkoperator.k8s.io`),
    ...["InferenceService", "ServingRuntime"].map((kind) => `${kind}.serving.kserve.io`),
    ...["TaskRun.tekton.dev", "PipelineRun.tekton.dev"],
]);
