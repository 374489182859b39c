/** `templates/_helpers.tpl`: what the templates of all services have in common. */
export const helpers = `{{/* DNS name of the system. */}}
{{- define "applications.domain" -}}
{{- $platform := $.Values.platform | default dict -}}
{{- required "domain: expected the system's DNS name, which the platform tells as platform.domain" ($.Values.domain | default $platform.domain) -}}
{{- end -}}

{{/* Reference of an image: root, image. */}}
{{- define "applications.image" -}}
{{- $platform := .root.Values.platform | default dict -}}
{{- $registry := required "imageRegistry: expected what stands before the images' names, which the platform tells as platform.imageRegistry" (.root.Values.imageRegistry | default $platform.imageRegistry) -}}
{{- printf "%s/%s:%s" $registry .image.repository (toString .image.tag) -}}
{{- with .image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* Content of a ConfigMap: root, service, role. What is empty is what all services have, or one of the platform's stores. */}}
{{- define "applications.data" -}}
{{- $platform := .root.Values.platform | default dict -}}
{{- $values := get (index .root.Values.services .service) .role | default dict -}}
{{- $common := get .root.Values .role | default dict -}}
{{- $role := .role -}}
{{- $service := .service -}}
{{- $data := dict -}}
{{- range $key, $value := $values -}}
{{- $given := $value | default (get $common $key) | toString -}}
{{- if not $given -}}
{{- range $store := $platform.stores | default dict -}}
{{- if hasKey $store $key -}}{{- $given = get $store $key | toString -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $_ := set $data $key (required (printf "%s%s.%s: expected a value, which the platform's update makes" (ternary "" (printf "services.%s." $service) (hasKey $common $key)) $role $key) $given) -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}

{{/* Name of a ConfigMap, another for other content, so that pods are made anew: root, service, role. */}}
{{- define "applications.configName" -}}
{{- printf "%s-%s-%s" .service .role (include "applications.data" . | sha256sum | trunc 10) -}}
{{- end -}}

{{/* Name of a Job, another for another specification, since no Job can be changed: root, job. */}}
{{- define "applications.jobName" -}}
{{- printf "%s-%s" .job (include (printf "applications.job.%s" .job) .root | sha256sum | trunc 7) -}}
{{- end -}}

{{/*
Whether a migration is a hook of Helm's, which is done before anything else of an upgrade: root, namespace, service, policy. It is
not where its service account or what opens its traffic comes with this very upgrade, as the cluster says where Helm asks it.
*/}}
{{- define "applications.isHook" -}}
{{- if .root.Release.IsUpgrade -}}
{{- $accounts := (lookup "v1" "ServiceAccount" .namespace "").items -}}
{{- $isThere := not $accounts -}}
{{- range $accounts -}}{{- if eq .metadata.name $.service -}}{{- $isThere = true -}}{{- end -}}{{- end -}}
{{- if and $accounts $isThere -}}
{{- $isThere = not (empty (lookup "networking.k8s.io/v1" "NetworkPolicy" .namespace .policy)) -}}
{{- end -}}
{{- if $isThere -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* When Helm, or Argo CD, has a migration done: as applications.isHook. */}}
{{- define "applications.jobAnnotations" -}}
{{- if include "applications.isHook" . -}}
helm.sh/hook: pre-upgrade
helm.sh/hook-delete-policy: before-hook-creation
{{- else -}}
argocd.argoproj.io/sync-wave: "-1"
{{- end -}}
{{- end -}}

{{/* Name of the copy of a ConfigMap that a hook has: root, service, role. */}}
{{- define "applications.hookConfigName" -}}
{{- include "applications.configName" . }}-hook
{{- end -}}

{{/* Name of the ConfigMap that a migration reads: as applications.isHook, and role. */}}
{{- define "applications.jobConfigName" -}}
{{- if include "applications.isHook" . }}{{ include "applications.hookConfigName" . }}{{ else }}{{ include "applications.configName" . }}{{ end -}}
{{- end -}}

{{/*
Annotations of a service account: root, service, annotations, wave. What is empty is its identity at the cloud; where it has a
migration, Argo CD makes it before that.
*/}}
{{- define "applications.annotations" -}}
{{- $platform := .root.Values.platform | default dict -}}
{{- $identity := get ($platform.identities | default dict) .service -}}
{{- $path := printf "services.%s.serviceAccount.annotations" .service -}}
{{- $annotations := dict -}}
{{- range $key, $value := .annotations -}}
{{- $_ := set $annotations $key (required (printf "%s.%s: expected a value, which the platform's update makes" $path $key) ($value | default $identity)) -}}
{{- end -}}
{{- with .wave -}}{{- $_ := set $annotations "argocd.argoproj.io/sync-wave" . -}}{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{/* Environment variables by name, as a container has them. */}}
{{- define "applications.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}
`;
