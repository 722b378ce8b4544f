/** Emoji of everything else, with what they are looked for by: `emoji name, words; name, words` in English and Italian, one a line. Loaded when somebody opens the picker. */
export const WORLD = {
  nature: `
🐶 dog; cane
🐱 cat; gatto
🐭 mouse; topo
🐹 hamster; criceto
🐰 rabbit; coniglio
🦊 fox; volpe
🐻 bear; orso
🐼 panda; panda
🐨 koala; koala
🐯 tiger; tigre
🦁 lion; leone
🐮 cow; mucca
🐷 pig; maiale
🐸 frog; rana
🐵 monkey; scimmia
🐔 hen, chicken; gallina
🐧 penguin; pinguino
🐦 bird; uccello
🦆 duck; anatra
🦉 owl; gufo
🐺 wolf; lupo
🐴 horse; cavallo
🦄 unicorn; unicorno
🐝 bee; ape
🦋 butterfly; farfalla
🐌 snail; lumaca
🐞 ladybird; coccinella
🐜 ant; formica
🕷️ spider; ragno
🐢 tortoise, turtle; tartaruga
🐍 snake; serpente
🐙 octopus; polpo
🐟 fish; pesce
🐬 dolphin; delfino
🐳 whale; balena
🐘 elephant; elefante
🐑 sheep; pecora
🐐 goat; capra
🦔 hedgehog; riccio
🐾 paw prints; zampe, impronte
🌵 cactus; cactus
🎄 christmas tree; albero di natale
🌲 fir, tree; abete, albero
🌳 tree; albero
🌱 seedling; germoglio
🍀 four leaf clover, luck; quadrifoglio, fortuna
🍁 maple leaf, autumn; foglia d’acero, autunno
🍄 mushroom; fungo
🌹 rose; rosa
🌻 sunflower; girasole
🌸 cherry blossom, spring; fiore di ciliegio, primavera
🌷 tulip; tulipano
💐 bouquet, flowers; mazzo di fiori
🌞 sun face; sole
🌙 moon; luna
🌍 earth, world; terra, mondo
☀️ sun, sunny; sole, sereno
⛅ cloudy sun; nuvoloso
☁️ cloud; nuvola
🌧️ rain; pioggia
⛈️ thunderstorm; temporale
❄️ snow, cold; neve, freddo
⛄ snowman; pupazzo di neve
🌈 rainbow; arcobaleno
⚡ lightning; fulmine, lampo
🌊 wave, sea; onda, mare
☔ umbrella, rain; ombrello, pioggia`,
  food: `
🍎 apple; mela
🍐 pear; pera
🍊 orange, tangerine; arancia, mandarino
🍋 lemon; limone
🍌 banana; banana
🍉 watermelon; anguria, cocomero
🍇 grapes; uva
🍓 strawberry; fragola
🍒 cherries; ciliegie
🍑 peach; pesca
🍍 pineapple; ananas
🥑 avocado; avocado
🍅 tomato; pomodoro
🥕 carrot; carota
🌽 maize, corn; mais
🥦 broccoli; broccoli
🥔 potato; patata
🍞 bread; pane
🥐 croissant; cornetto, brioche
🧀 cheese; formaggio
🥚 egg; uovo
🍔 hamburger; hamburger
🍟 chips, fries; patatine
🍕 pizza; pizza
🌭 hot dog; hot dog
🥪 sandwich; panino, tramezzino
🌮 taco; taco
🥗 salad; insalata
🍝 spaghetti, pasta; spaghetti, pasta
🍲 stew, soup; minestra, zuppa
🍣 sushi; sushi
🍦 ice cream; gelato
🍰 cake; torta, fetta
🎂 birthday cake; torta di compleanno
🍪 biscuit, cookie; biscotto
🍫 chocolate; cioccolato
🍿 popcorn; popcorn
🍯 honey; miele
☕ coffee, hot drink; caffè
🍵 tea; tè
🍺 beer; birra
🍻 cheers, beers; cin cin, birre
🍷 wine; vino
🥂 clinking glasses, toast; brindisi, cin cin
🍾 bottle, champagne; spumante, bottiglia
🍹 cocktail; cocktail, aperitivo
🍽️ plate, dinner; piatto, cena, pranzo`,
  doing: `
⚽ football, soccer; calcio, pallone
🏀 basketball; pallacanestro, basket
🏐 volleyball; pallavolo
🎾 tennis; tennis
🏓 table tennis; ping pong
⛷️ skiing; sci
🏊 swimming; nuoto
🚴 cycling; ciclismo, bici
🧗 climbing; arrampicata
🧘 yoga, meditation; yoga, meditazione
🏆 trophy, win; trofeo, vittoria
🥇 gold medal, first; medaglia d’oro, primo
🎯 bullseye, target; bersaglio, centro
🎮 video game; videogioco
🎲 dice, game; dado, gioco
🧩 puzzle; puzzle
♟️ chess; scacchi
🎨 painting, art; pittura, arte
🎭 theatre; teatro
🎬 film, cinema; film, cinema, ciak
🎤 microphone, sing; microfono, cantare
🎧 headphones, music; cuffie, musica
🎵 note, music; nota, musica
🎸 guitar; chitarra
🎹 piano; pianoforte
🎻 violin; violino
🥁 drum; tamburo, batteria
🎁 present, gift; regalo
🎈 balloon; palloncino
🚗 car; auto, macchina
🚕 taxi; taxi
🚌 bus; autobus
🚲 bicycle; bicicletta
🛵 scooter; motorino
🚆 train; treno
✈️ plane, flight; aereo, volo
🚀 rocket; razzo
⛵ sailing boat; barca a vela
🚢 ship; nave
⚓ anchor; ancora
🏠 house, home; casa
🏢 office building; ufficio, palazzo
🏥 hospital; ospedale
🏫 school; scuola
⛪ church; chiesa
🏖️ beach, holiday; spiaggia, vacanza
⛰️ mountain; montagna
🏕️ camping, tent; campeggio, tenda
🌋 volcano; vulcano
🗺️ map; mappa
🌅 sunrise, morning; alba, mattino
🌃 night, city; notte, città`,
  things: `
⌚ watch, time; orologio, ora
📱 mobile phone; cellulare, telefono
💻 laptop, computer; portatile, computer
⌨️ keyboard; tastiera
🖨️ printer; stampante
📷 camera, photo; macchina fotografica, foto
🎥 film camera, video; cinepresa, video
📞 telephone receiver, call; telefono, chiamata
📺 television; televisione
📻 radio; radio
⏰ alarm clock; sveglia
⏳ hourglass, wait; clessidra, attesa
🔋 battery; batteria
🔌 plug; spina
💡 light bulb, idea; lampadina, idea
🔦 torch; torcia
🕯️ candle; candela
💰 money; soldi, denaro
💶 euro; euro
💳 card, pay; carta, pagare
💎 diamond, gem; diamante, gemma
🔧 spanner, repair; chiave inglese, riparare
🔨 hammer; martello
⚙️ gear, settings; ingranaggio, impostazioni
🧲 magnet; calamita
💊 pill, medicine; pillola, medicina
🩹 plaster; cerotto
💉 syringe; siringa
🔬 microscope, science; microscopio, scienza
🔭 telescope; telescopio
🚪 door; porta
🛏️ bed; letto
🛋️ sofa; divano
🚿 shower; doccia
🧹 broom, clean; scopa, pulire
🧺 basket, laundry; cesto, bucato
🔑 key; chiave
🔒 locked, private; chiuso, privato
🔓 unlocked, open; aperto
📦 parcel, package; pacco
📫 mailbox, letter; cassetta postale, posta
✉️ envelope, letter, mail; busta, lettera
📅 calendar, date; calendario, data
📌 pin; puntina
📎 paper clip; graffetta
✂️ scissors; forbici
📝 memo, note, write; appunto, nota
📚 books, study; libri, studio
📖 open book, read; libro aperto, leggere
🔗 link, chain; collegamento, catena
🗑️ bin, delete; cestino, eliminare
👓 glasses; occhiali
👕 shirt; maglietta
👗 dress; vestito
👟 shoe; scarpa
🎒 backpack, school; zaino, scuola
☂️ umbrella; ombrello
💍 ring, wedding; anello, matrimonio`,
  signs: `
✅ done, check, yes; fatto, spunta, sì
☑️ ticked box; casella spuntata
✔️ tick; spunta
❌ cross, no, wrong; croce, no, sbagliato
❎ cross mark; croce
❓ question; domanda
❗ exclamation, important; esclamazione, importante
‼️ double exclamation; doppia esclamazione
⚠️ warning; attenzione, avviso
⛔ no entry; divieto
🚫 forbidden; vietato
🛑 stop; stop
♻️ recycle; riciclo
🆗 ok button; ok
🆘 sos, help; sos, aiuto
🔴 red circle; cerchio rosso
🟠 orange circle; cerchio arancione
🟡 yellow circle; cerchio giallo
🟢 green circle; cerchio verde
🔵 blue circle; cerchio blu
⚫ black circle; cerchio nero
⚪ white circle; cerchio bianco
➕ plus; più
➖ minus; meno
✖️ times; per
➗ divide; diviso
♾️ infinity; infinito
⬆️ up arrow; freccia su
⬇️ down arrow; freccia giù
⬅️ left arrow; freccia sinistra
➡️ right arrow; freccia destra
🔄 again, refresh; di nuovo, aggiorna
🔍 magnifier, search; lente, cerca
🔔 bell; campana
🔕 bell off, quiet; campana muta, silenzio
🔊 loud; volume alto
🔇 muted; muto
☮️ peace; pace
☯️ yin yang; yin yang
✝️ cross; croce
☪️ star and crescent; mezzaluna
✡️ star of david; stella di davide
🏳️‍🌈 rainbow flag, pride; bandiera arcobaleno
🏴‍☠️ pirate flag; bandiera dei pirati
🏁 chequered flag, finish; bandiera a scacchi, arrivo`
} as const

/** Regions whose flags are offered; their names are known to the browser. */
export const FLAGS = 'IT AT AU BE BG BR CA CH CL CN CO CU CY CZ DE DK EE EG ES EU FI FR GB GR HR HU IE IL IN IR IS JP KE KR LT LU LV MA MT MX NG NL NO NZ PL PS PT RO RS SE SI SK SM TN TR UA US VA ZA'
