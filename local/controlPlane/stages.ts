/** Name of the default StorageClass. */
export const STORAGE_CLASS_NAME = "standard";

/** Provisioner named in the StorageClass; the stages below play it. */
export const STORAGE_PROVISIONER = "volumes.x0tta6bl4.mesh/simulated";

/**
 * kwok stages that play a volume provisioner, beside kwokctl's own for nodes and pods. A claim that the scheduler gave
 * a node to gets a PersistentVolume; the real controller binds the two. A volume whose claim is gone is deleted. So
 * there is always a volume for a claim, and nothing has to be recycled.
 */
const STORAGE_STAGES = `\
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: volume-provision
spec:
  resourceRef: { apiGroup: v1, kind: PersistentVolumeClaim }
  selector:
    matchExpressions:
      - cel: { expression: "self.spec.storageClassName == '${STORAGE_CLASS_NAME}'" }
      - cel: { expression: "'volume.kubernetes.io/selected-node' in self.metadata.annotations" }
      - cel: { expression: "!has(self.spec.volumeName)" }
      - cel: { expression: "!has(self.metadata.deletionTimestamp)" }
  steps:
    - apply:
        template: |
          apiVersion: v1
          kind: PersistentVolume
          metadata:
            name: pvc-{{ .metadata.uid }}
            annotations:
              pv.kubernetes.io/provisioned-by: ${STORAGE_PROVISIONER}
          spec:
            accessModes:
            {{ YAML .spec.accessModes 2 }}
            capacity:
              storage: {{ .spec.resources.requests.storage | Quote }}
            persistentVolumeReclaimPolicy: Delete
            storageClassName: {{ .spec.storageClassName | Quote }}
            volumeMode: {{ default "Filesystem" .spec.volumeMode | Quote }}
            claimRef:
              apiVersion: v1
              kind: PersistentVolumeClaim
              namespace: {{ .metadata.namespace | Quote }}
              name: {{ .metadata.name | Quote }}
              uid: {{ .metadata.uid | Quote }}
            hostPath:
              path: /var/lib/simulated-volumes/pvc-{{ .metadata.uid }}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: volume-delete
spec:
  resourceRef: { apiGroup: v1, kind: PersistentVolume }
  selector:
    matchExpressions:
      - cel: { expression: "self.spec.storageClassName == '${STORAGE_CLASS_NAME}'" }
      - cel: { expression: "self.status.phase == 'Released'" }
      - cel: { expression: "!has(self.metadata.deletionTimestamp)" }
  steps:
    - delete: true
`;

/** End of a stage that makes a pod fail. */
const FAILED = `\
  steps:
    - patch:
        subresource: status
        root: status
        template: |
          phase: Failed
`;

/**
 * What a kubelet does when a pod is deleted, and kwok's own stages leave out: the containers end, so the pod's phase
 * does. Without it a pod that the garbage collector deletes in the foreground waits for its claim, and the claim's
 * protection for the end of the pod, forever. The weight makes kwok choose it before its own stage, which has none.
 */
const POD_STAGES = `\
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-end
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  weight: 1
  selector:
    matchExpressions:
      - cel: { expression: "has(self.metadata.deletionTimestamp)" }
      - cel: { expression: "has(self.metadata.finalizers)" }
      - cel: { expression: "self.status.phase == 'Running' || self.status.phase == 'Pending'" }
${FAILED}`;

/** Image tag whose pods never start on the simulated nodes, as if the image could not be pulled. */
export const NEVER_STARTS = "never-starts";

/** Keeps a pod of that image where it is: kwok chooses this stage by its weight, and applies it after a day. */
const IMAGE_STAGES = `\
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-never-starts
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  weight: 1
  delay: { durationMilliseconds: 86400000 }
  selector:
    matchExpressions:
      - cel: { expression: "!has(self.metadata.deletionTimestamp)" }
      - cel: { expression: "self.spec.containers.exists(each, each.image.endsWith(':${NEVER_STARTS}'))" }
${FAILED}`;

/** All stages of this program. */
export const STAGES = [STORAGE_STAGES, POD_STAGES, IMAGE_STAGES].join("---\n");
