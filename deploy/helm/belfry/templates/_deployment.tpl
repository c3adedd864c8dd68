{{/*
The Deployment of one role. Takes a dict: root (the whole), role ("api" or "worker"), settings (its values), stopDelayMs.
Migrations are applied at start, by whichever process comes first; the others wait for it.
*/}}
{{- define "belfry.deployment" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- /* The process takes STOP_DELAY_MS + WEBHOOK_TIMEOUT_MS + 15 s at the most. */ -}}
{{- $stopSeconds := add (div (add (int .stopDelayMs) (int $values.webhookTimeoutMs) 999) 1000) 15 -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "belfry.name" $root }}-{{ .role }}
  labels:
    {{- include "belfry.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  {{- if not (dig "autoscaling" "enabled" false .settings) }}
  replicas: {{ .settings.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels:
      {{- include "belfry.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    metadata:
      labels:
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- include "belfry.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "belfry.serviceAccount" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      # 5 s more than the process takes.
      terminationGracePeriodSeconds: {{ add $stopSeconds 5 }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: belfry
          image: {{ printf "%s:%s" $values.image.repository ($values.image.tag | default $root.Chart.AppVersion) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          env:
            - { name: ROLE, value: {{ .role }} }
            - { name: PORT, value: '3000' }
            - { name: METRICS_PORT, value: {{ $values.metrics.port | toString | quote }} }
            - { name: PUBLIC_URL, value: {{ $values.publicUrl | quote }} }
            - { name: WEBHOOK_TIMEOUT_MS, value: {{ int $values.webhookTimeoutMs | toString | quote }} }
            - { name: STOP_DELAY_MS, value: {{ int .stopDelayMs | toString | quote }} }
            {{- range $values.secret.keys }}
            - { name: {{ . }}_FILE, value: /etc/belfry/secrets/{{ . }} }
            {{- end }}
            {{- range $name, $value := $values.config }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
            {{- end }}
          ports:
            - { name: http, containerPort: 3000 }
            - { name: metrics, containerPort: {{ $values.metrics.port }} }
          # It listens once the database is there and migrated.
          startupProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 5
            failureThreshold: 120
          livenessProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 15
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /health/ready, port: http }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 1
          resources:
            {{- toYaml .settings.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            privileged: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            - { name: secrets, mountPath: /etc/belfry/secrets, readOnly: true }
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
        - name: secrets
          secret:
            secretName: {{ $values.secret.name }}
            # 0440: written in decimal, since readers of YAML differ on octal numbers.
            defaultMode: 288
            items:
              {{- range $values.secret.keys }}
              - { key: {{ . }}, path: {{ . }} }
              {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "belfry.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
