# PowerShell completion for balance; printed by the program, do not edit
# Source it from $PROFILE.

Register-ArgumentCompleter -Native -CommandName balance -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($wordToComplete -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
    $config = $env:BALANCE_CONFIG
    if (-not $config) {
        $config = if ($env:LOCALAPPDATA) { "$env:LOCALAPPDATA/balance/balance/config.toml" }
            else { "$HOME/.config/balance/config.toml" }
    }
    $profiles = @()
    $valued = @('--base-url', '--budget', '--color', '--config', '--key-command', '--key-env', '--key-file', '--key-keyring', '--min', '--min-days', '--output', '--output-file', '--plot', '--port', '--provider', '--set', '--since', '--timeout', '--unit', '--warn', '--watch', '--window', '-o')
    $options = @{
        '' = @('--config', '--color', '--debug', '--version', '-h', '--help')
        'check' = @('--min', '--json', '-o', '--output', '--output-file', '--warn', '--watch', '--min-days', '--record', '--window', '-q', '--quiet', '--details', '--timeout', '--config', '--color', '--debug', '-h', '--help')
        'history' = @('--since', '--window', '--json', '-o', '--output', '--plot', '--config', '--color', '-h', '--help')
        'providers' = @('--json', '-h', '--help')
        'demo' = @('--serve', '--port', '--color', '--debug', '-h', '--help')
        'init' = @('--config', '-h', '--help')
        'completion' = @('-h', '--help')
        'schema' = @('-h', '--help')
        'profile' = @('-h', '--help')
        'profile list' = @('--config', '--json', '-h', '--help')
        'profile add' = @('--provider', '--key-env', '--key-command', '--key-file', '--key-keyring', '--key-stdin', '--min', '--base-url', '--unit', '--budget', '--set', '--no-check', '--config', '--color', '--debug', '-h', '--help')
        'profile remove' = @('--config', '-h', '--help')
        'config' = @('-h', '--help')
        'config path' = @('--config', '-h', '--help')
        'config check' = @('--config', '-h', '--help')
    }
    $at = ''
    $skip = ''
    foreach ($word in $words) {
        if ($skip) {
            if ($skip -eq '--config') { $config = $word }
            $skip = ''
        } elseif ($valued -ccontains $word) {
            $skip = $word
        } elseif ($options.ContainsKey("$at $word".Trim())) {
            $at = "$at $word".Trim()
        }
    }
    if (Test-Path -LiteralPath $config -PathType Leaf) {
        $header = '^\s*\[\s*profiles\s*\.\s*["'']?([A-Za-z0-9][A-Za-z0-9._-]*)["'']?\s*\]'
        $profiles = @(Select-String -LiteralPath $config -Pattern $header -ErrorAction SilentlyContinue |
            ForEach-Object { $_.Matches[0].Groups[1].Value })
    }
    $values = @{
        ':--config' = @()
        'check:--output-file' = @()
        'check:--config' = @()
        'history:--config' = @()
        'init:--config' = @()
        'profile list:--config' = @()
        'profile add:--key-file' = @()
        'profile add:--config' = @()
        'profile remove:--config' = @()
        'config path:--config' = @()
        'config check:--config' = @()
        ':--color' = @('auto', 'always', 'never')
        'check:--color' = @('auto', 'always', 'never')
        'history:--color' = @('auto', 'always', 'never')
        'demo:--color' = @('auto', 'always', 'never')
        'profile add:--color' = @('auto', 'always', 'never')
        'check:-o' = @('csv', 'github', 'json', 'markdown', 'nagios', 'plain', 'prometheus', 'table')
        'check:--output' = @('csv', 'github', 'json', 'markdown', 'nagios', 'plain', 'prometheus', 'table')
        'history:-o' = @('csv', 'json', 'table')
        'history:--output' = @('csv', 'json', 'table')
        'history:--plot' = $profiles
        'profile add:--provider' = @('ai302', 'aihubmix', 'aimlapi', 'anthropic', 'apertis', 'apify', 'apikley', 'apimart', 'apimart-like', 'atlascloud', 'bfl', 'chutes', 'cometapi', 'custom', 'deepgram', 'deepinfra', 'deepl', 'deepl-free', 'deepseek', 'digitalocean', 'eden-ai', 'elevenlabs', 'evolink', 'fal', 'featherless', 'firecrawl', 'fireworks', 'helicone', 'heygen', 'huggingface', 'imagerouter', 'kie', 'kie-like', 'kimi-code', 'leonardo', 'linkup', 'litellm', 'llmgateway', 'luma', 'meshy', 'minimax', 'minimax-cn', 'moonshot', 'moonshot-cn', 'muapi', 'nanogpt', 'new-api', 'new-api-account', 'novita', 'ollama', 'one-api', 'openai', 'opencode-go', 'openrouter', 'poe', 'polza', 'ppq', 'proxyapi', 'recraft', 'requesty', 'runpod', 'runway', 'serpapi', 'serper', 'siliconflow', 'siliconflow-cn', 'stability', 'stepfun', 'straico', 'sub2api', 'sunoapi', 'synthetic', 'tavily', 'telnyx', 'toapis', 'twilio', 'vast', 'venice', 'vercel-ai-gateway', 'wavespeed', 'xai', 'zai', 'zenmux', 'zhipu')
    }
    $after = @{
        '' = @('check', 'history', 'providers', 'demo', 'init', 'completion', 'schema', 'profile', 'config')
        'check' = $profiles + @('ai302', 'aihubmix', 'aimlapi', 'anthropic', 'apertis', 'apify', 'apikley', 'apimart', 'apimart-like', 'atlascloud', 'bfl', 'chutes', 'cometapi', 'custom', 'deepgram', 'deepinfra', 'deepl', 'deepl-free', 'deepseek', 'digitalocean', 'eden-ai', 'elevenlabs', 'evolink', 'fal', 'featherless', 'firecrawl', 'fireworks', 'helicone', 'heygen', 'huggingface', 'imagerouter', 'kie', 'kie-like', 'kimi-code', 'leonardo', 'linkup', 'litellm', 'llmgateway', 'luma', 'meshy', 'minimax', 'minimax-cn', 'moonshot', 'moonshot-cn', 'muapi', 'nanogpt', 'new-api', 'new-api-account', 'novita', 'ollama', 'one-api', 'openai', 'opencode-go', 'openrouter', 'poe', 'polza', 'ppq', 'proxyapi', 'recraft', 'requesty', 'runpod', 'runway', 'serpapi', 'serper', 'siliconflow', 'siliconflow-cn', 'stability', 'stepfun', 'straico', 'sub2api', 'sunoapi', 'synthetic', 'tavily', 'telnyx', 'toapis', 'twilio', 'vast', 'venice', 'vercel-ai-gateway', 'wavespeed', 'xai', 'zai', 'zenmux', 'zhipu')
        'history' = $profiles
        'providers' = @('ai302', 'aihubmix', 'aimlapi', 'anthropic', 'apertis', 'apify', 'apikley', 'apimart', 'apimart-like', 'atlascloud', 'bfl', 'chutes', 'cometapi', 'custom', 'deepgram', 'deepinfra', 'deepl', 'deepl-free', 'deepseek', 'digitalocean', 'eden-ai', 'elevenlabs', 'evolink', 'fal', 'featherless', 'firecrawl', 'fireworks', 'helicone', 'heygen', 'huggingface', 'imagerouter', 'kie', 'kie-like', 'kimi-code', 'leonardo', 'linkup', 'litellm', 'llmgateway', 'luma', 'meshy', 'minimax', 'minimax-cn', 'moonshot', 'moonshot-cn', 'muapi', 'nanogpt', 'new-api', 'new-api-account', 'novita', 'ollama', 'one-api', 'openai', 'opencode-go', 'openrouter', 'poe', 'polza', 'ppq', 'proxyapi', 'recraft', 'requesty', 'runpod', 'runway', 'serpapi', 'serper', 'siliconflow', 'siliconflow-cn', 'stability', 'stepfun', 'straico', 'sub2api', 'sunoapi', 'synthetic', 'tavily', 'telnyx', 'toapis', 'twilio', 'vast', 'venice', 'vercel-ai-gateway', 'wavespeed', 'xai', 'zai', 'zenmux', 'zhipu')
        'demo' = @()
        'init' = @()
        'completion' = @('bash', 'fish', 'powershell', 'zsh')
        'schema' = @()
        'profile' = @('list', 'add', 'remove')
        'profile list' = @()
        'profile add' = @()
        'profile remove' = $profiles
        'config' = @('path', 'check')
        'config path' = @()
        'config check' = @()
    }
    $offered = if ($skip) { $values["${at}:$skip"] }
        elseif ($wordToComplete -like '-*') { $options[$at] }
        else { $after[$at] }
    $offered | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
