{{- define "tpp.fullname" -}}
{{- if contains "tpp" .Release.Name }}{{ .Release.Name | trunc 53 | trimSuffix "-" }}
{{- else }}{{ printf "%s-tpp" .Release.Name | trunc 53 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "tpp.selector" -}}
app.kubernetes.io/name: tpp
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tpp.labels" -}}
{{ include "tpp.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "tpp.secret" -}}
{{- .Values.credentials.existingSecret | default (printf "%s-credentials" (include "tpp.fullname" .)) }}
{{- end }}

{{- define "tpp.config" -}}
listen: "0.0.0.0:8080"
health_listen: "0.0.0.0:9090"
credentials_file: "/etc/tpp-credentials/credentials.txt"
{{ toYaml .Values.config }}
{{- end }}
