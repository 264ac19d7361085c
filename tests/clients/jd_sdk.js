// jdcloud-sdk-js through the same steps as the clients of rows.py.

const JDCloud = require('jdcloud-sdk-js/src/global')
const Live = require('jdcloud-sdk-js/src/services/live')

const { SANDBOX, JD_ID, JD_SECRET } = process.env
const DOMAIN = 'push.example.com'
const CLIENT = 'jdcloud-sdk-js'
const NAME = 'jdcloud_sdk_js'
JDCloud.config.update({ logger: () => {} })

function client (secretAccessKey) {
  return new Live({
    credentials: { accessKeyId: JD_ID, secretAccessKey },
    endpoint: { protocol: 'http', host: SANDBOX }
  })
}

function onStream (live, operation, streamName) {
  return live[operation]({ publishDomain: DOMAIN, appName: 'live', streamName })
}

async function status () {
  const state = await (await fetch(`http://${SANDBOX}/sandbox/state`)).json()
  return state.jd.streams.find(row => row.stream === NAME)?.status
}

function expect (actual, expected) {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`)
}

async function refusal (call, expected) {
  let reply
  try {
    reply = await call
  } catch (refused) {
    if (!refused.error) throw refused
    expect(`${refused.error.code} ${refused.error.status}`, expected)
    return expected
  }
  throw new Error(`accepted: ${JSON.stringify(reply)}`)
}

const right = client(JD_SECRET)
const state = async () => (await onStream(right, 'describeLiveStreamInfo', NAME)).result.status

const steps = {
  forbid: async () => {
    await onStream(right, 'forbidLiveStream', NAME)
    expect(await status(), 'forbidden')
  },
  state: async () => expect(await state(), 'off'),
  resume: async () => {
    await onStream(right, 'resumeLiveStream', NAME)
    expect(await status(), 'live')
    expect(await state(), 'on')
  },
  list: async () => {
    const page = { publishDomain: DOMAIN, pageNum: 1, pageSize: 100 }
    const { result } = await right.describeLiveStreamOnlineList(page)
    const names = result.onlineStreamInfos.map(info => info.streamName)
    expect(names.includes(NAME), true)
    return `${names.length} streams`
  },
  drop: async () => {
    await onStream(right, 'interruptLiveStream', NAME)
    expect(await status(), 'idle')
  },
  'wrong key': () => refusal(onStream(client('wrong'), 'forbidLiveStream', NAME), '401 ACCESS_ERROR'),
  'unknown stream': () => refusal(onStream(right, 'forbidLiveStream', 'x_gone'), '404 NOT_FOUND')
}

async function main () {
  for (const [step, act] of Object.entries(steps)) {
    let result = 'ok'
    let detail = ''
    try {
      detail = (await act()) ?? ''
    } catch (error) {
      result = 'FAIL'
      detail = String(error.message ?? JSON.stringify(error)).replace(/\s+/g, ' ').slice(0, 200)
    }
    console.log([CLIENT, step, result, detail].join('\t'))
  }
}

main()
