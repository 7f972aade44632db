import "./settings/interpreted";
import { rememberingReader } from "./kube/read";
import { checkCluster } from "./preflight";
import { checkMesh } from "./preflight/mesh";
import { checkMonitoring } from "./preflight/monitoring";
import { checkSpire } from "./preflight/spire";
import { selectorLabels } from "./components/shared/labels";
import { judgingPrometheus } from "./components/delivery/prometheus";
import { MeshApp } from "./components/mesh";
import { APP, meshNames } from "./components/mesh/names";
import { Monitoring } from "./components/monitoring";
import { ruleContext } from "./components/monitoring/rules";
import { Spire } from "./components/spire";
import { stackOutputs } from "./outputs";
import { adoptingProvider, clusterProvider } from "./provider";
import { grafanaPassword, loadSettings } from "./settings";

/** One stack of the platform: settings, the cluster, the components, the outputs. */
export = async () => {
    const settings = loadSettings();
    await checkCluster(settings.cluster, settings.environment.stack);
    const read = rememberingReader(settings.cluster);
    const { kubeletApi } = await checkSpire(settings, read);
    const live = await checkMesh(settings, read);
    await checkMonitoring(settings, read);
    const providers = [clusterProvider(settings.cluster)];

    const spire = settings.spire.enabled
        ? new Spire(
              "spire",
              {
                  environment: settings.environment,
                  settings: settings.spire,
                  mesh: {
                      namespace: settings.mesh.namespace,
                      serviceAccount: meshNames(settings.environment).app,
                      podLabels: selectorLabels(APP, settings.environment),
                      callsServer: settings.mesh.networkPolicy.spireServer,
                      ...(settings.mesh.serviceMesh?.identity === "spire" ? { certifiesProxies: true } : {}),
                  },
                  kubeletApi,
              },
              { providers, crdProvider: adoptingProvider(settings.cluster) },
          )
        : undefined;
    const prometheus = judgingPrometheus(settings.mesh, settings.monitoring);
    const mesh = new MeshApp(
        "mesh",
        {
            environment: settings.environment,
            settings: settings.mesh,
            spire: settings.spire,
            analysis: prometheus && {
                prometheus,
                context: ruleContext({ ...settings, settings: settings.monitoring }),
            },
            live,
        },
        // The mesh is created last and deleted first: its pods mount a volume of the CSI driver.
        { providers, dependsOn: spire === undefined ? [] : [spire] },
    );
    const monitoring = settings.monitoring.enabled
        ? new Monitoring(
              "monitoring",
              {
                  environment: settings.environment,
                  settings: settings.monitoring,
                  mesh: settings.mesh,
                  spire: settings.spire,
                  targets: {
                      meshNamespace: mesh.namespace,
                      spire: spire && {
                          serverNamespace: spire.serverNamespace,
                          systemNamespace: spire.systemNamespace,
                      },
                  },
                  grafanaPassword: grafanaPassword(settings),
                  after: live.replacedReplicas === undefined ? [] : [mesh],
              },
              { providers },
          )
        : undefined;

    return stackOutputs(settings, mesh, monitoring);
};
