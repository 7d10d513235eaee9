/** Types for the parts of undici that are loaded by their paths; its own types name only the whole. */
declare module 'undici/lib/dispatcher/agent.js' {
  const Agent: typeof import('undici').Agent
  export = Agent
}

declare module 'undici/lib/dispatcher/pool.js' {
  const Pool: typeof import('undici').Pool
  export = Pool
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  const ProxyAgent: typeof import('undici').ProxyAgent
  export = ProxyAgent
}

declare module 'undici/lib/api/api-request.js' {
  type Dispatcher = import('undici').Dispatcher
  type Options = import('undici').Dispatcher.RequestOptions
  function request(this: Dispatcher, options: Options): Promise<import('undici').Dispatcher.ResponseData>
  export = request
}

declare module 'undici/lib/api/api-connect.js' {
  type Dispatcher = import('undici').Dispatcher
  type Options = import('undici').Dispatcher.ConnectOptions
  function connect(this: Dispatcher, options: Options): Promise<import('undici').Dispatcher.ConnectData>
  export = connect
}
