// Scribe on App Service for Linux: one app with nginx and the API beside it, one with the workers. README.md here says
// what must be there before, and what App Service lacks.
targetScope = 'resourceGroup'

@description('Begins the names of all that is made.')
param name string = 'scribe'
param location string = resourceGroup().location
@description('For example scribe.example.org')
param hostName string
@description('The release by digest: REGISTRY/scribe-backend@sha256:...')
param backendImage string
@description('The release by digest: REGISTRY/scribe-nginx@sha256:...')
param nginxImage string
@description('A user-assigned identity that may pull the images and read the vault.')
param identityName string
param vaultName string
@description('A subnet that is delegated to Microsoft.Web/serverFarms and reaches PostgreSQL and Redis.')
param subnetId string
@description('A store that speaks S3: Blob Storage does not.')
param bucketEndpoint string
param bucket string
param bucketRegion string = 'us-east-1'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  kind: 'linux'
  sku: {
    name: 'P1v3'
    tier: 'PremiumV3'
    capacity: 2
  }
  properties: {
    reserved: true
    zoneRedundant: true
  }
}

resource scale 'Microsoft.Insights/autoscaleSettings@2022-10-01' = {
  name: name
  location: location
  properties: {
    enabled: true
    targetResourceUri: plan.id
    profiles: [
      {
        name: 'by load'
        capacity: { minimum: '2', maximum: '6', default: '2' }
        rules: [
          {
            metricTrigger: {
              metricName: 'CpuPercentage'
              metricResourceUri: plan.id
              timeGrain: 'PT1M'
              statistic: 'Average'
              timeWindow: 'PT5M'
              timeAggregation: 'Average'
              operator: 'GreaterThan'
              threshold: 70
            }
            scaleAction: { direction: 'Increase', type: 'ChangeCount', value: '1', cooldown: 'PT2M' }
          }
          {
            metricTrigger: {
              metricName: 'CpuPercentage'
              metricResourceUri: plan.id
              timeGrain: 'PT1M'
              statistic: 'Average'
              timeWindow: 'PT15M'
              timeAggregation: 'Average'
              operator: 'LessThan'
              threshold: 30
            }
            scaleAction: { direction: 'Decrease', type: 'ChangeCount', value: '1', cooldown: 'PT15M' }
          }
        ]
      }
    ]
  }
}

var settings = {
  PUBLIC_URL: 'https://${hostName}'
  ENVIRONMENT: 'production'
  TRUSTED_PROXIES: '127.0.0.1'
  STORAGE_BACKEND: 's3'
  S3_BUCKET: bucket
  S3_REGION: bucketRegion
  S3_ENDPOINT_URL: bucketEndpoint
  DATABASE_URL: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-database-url)'
  REDIS_URL: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-redis-url)'
  ROOT_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-root-key)'
  TOKEN_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-token-key)'
  S3_ACCESS_KEY_ID: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-s3-access-key-id)'
  S3_SECRET_ACCESS_KEY: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-s3-secret-access-key)'
}

resource web 'Microsoft.Web/sites@2024-04-01' = {
  name: '${name}-web'
  location: location
  kind: 'app,linux,container'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: 'sitecontainers'
      alwaysOn: true
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      http20Enabled: true
      healthCheckPath: '/health/ready'
    }
  }
}

resource webSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: web
  name: 'appsettings'
  properties: union(settings, {
    DATABASE_REPLICA_URL: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=scribe-database-replica-url)'
  })
}

resource nginxContainer 'Microsoft.Web/sites/sitecontainers@2024-04-01' = {
  parent: web
  name: 'nginx'
  properties: {
    image: nginxImage
    isMain: true
    targetPort: '8080'
    authType: 'UserAssigned'
    userManagedIdentityClientId: identity.properties.clientId
    startUpCommand: 'nginx -c /etc/nginx/sidecar.conf -g "daemon off;"'
    // nginx reads no setting, and so is given no secret.
    inheritAppSettingsAndConnectionStrings: false
  }
}

resource backendContainer 'Microsoft.Web/sites/sitecontainers@2024-04-01' = {
  parent: web
  name: 'backend'
  properties: {
    image: backendImage
    isMain: false
    targetPort: '8000'
    authType: 'UserAssigned'
    userManagedIdentityClientId: identity.properties.clientId
    startUpCommand: 'python -m scribe.cli serve --host 0.0.0.0 --port 8000'
    inheritAppSettingsAndConnectionStrings: true
  }
}

resource pipeline 'Microsoft.Web/sites@2024-04-01' = {
  name: '${name}-worker'
  location: location
  kind: 'app,linux,container'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Disabled'
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: 'sitecontainers'
      alwaysOn: true
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      http20Enabled: true
    }
  }
}

resource pipelineSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: pipeline
  name: 'appsettings'
  properties: union(settings, {
    WORKER_METRICS_PORT: '9100'
    WORKER_METRICS_HOST: '0.0.0.0'
    JOB_SHUTDOWN_SECONDS: '4'
  })
}

resource workerContainer 'Microsoft.Web/sites/sitecontainers@2024-04-01' = {
  parent: pipeline
  name: 'worker'
  properties: {
    image: backendImage
    isMain: true
    targetPort: '9100'
    authType: 'UserAssigned'
    userManagedIdentityClientId: identity.properties.clientId
    startUpCommand: 'sh -c "python -m scribe.cli models fetch && exec python -m scribe.cli worker"'
    inheritAppSettingsAndConnectionStrings: true
  }
}

output address string = web.properties.defaultHostName
