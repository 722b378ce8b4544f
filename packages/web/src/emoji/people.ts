/** Emoji of people and what they feel, with what they are looked for by: `emoji name, words; name, words` in English and Italian, one a line. Loaded when somebody opens the picker. */
export const PEOPLE = {
  faces: `
😀 grin, happy, smile; sorriso, felice, contento
😃 big smile, happy; sorriso aperto, felice
😄 smiling eyes, happy, laugh; occhi sorridenti, allegro
😁 beaming, teeth; raggiante, denti
😆 laughing hard, haha, xd; risata, ahah
😅 nervous laugh, sweat, relief; risata nervosa, sudore, sollievo
🤣 rolling with laughter, rofl, lol; ridere a crepapelle, rotolarsi
😂 tears of joy, lol, laugh; lacrime di gioia, ridere
🙂 slight smile, ok; sorriso lieve, bene
🙃 upside down, irony, silly; sottosopra, ironia
😉 wink; occhiolino
😊 blush, smile, warm; arrossire, sorriso, dolce
😇 halo, angel, innocent; aureola, angelo, innocente
🥰 in love, hearts, adore; innamorato, cuori, adorare
😍 heart eyes, love, beautiful; occhi a cuore, amore, bello
🤩 star eyes, wow, amazed; occhi a stella, meraviglia
😘 kiss, love; bacio, amore
😗 small kiss, whistle; bacino, fischio
😋 yummy, delicious, tongue; gnam, delizioso, buono
😛 tongue; linguaccia
😜 winking tongue, joke, crazy; linguaccia, scherzo
🤪 zany, crazy, goofy; pazzo, matto
😝 tongue, yuck; linguaccia, bleah
🤑 money face, rich; soldi, ricco
🤗 hug; abbraccio
🤭 giggle, oops, hand over mouth; risatina, ops
🤫 quiet, hush, secret; silenzio, zitto, segreto
🤔 thinking, hmm; pensare, dubbio, mah
🤐 zipped mouth, secret; bocca cucita, segreto
🤨 raised eyebrow, doubt; sopracciglio, sospetto
😐 neutral, meh; neutro, indifferente
😑 expressionless, blank; inespressivo
😶 speechless, no mouth; senza parole, muto
😏 smirk; sorrisetto, furbo
😒 unamused, annoyed; scocciato, seccato
🙄 rolling eyes; occhi al cielo
😬 grimace, awkward; smorfia, imbarazzo
🤥 lying, nose; bugia, pinocchio
😌 relieved, calm; sollievo, sereno
😔 pensive, sad; pensieroso, triste
😪 sleepy; assonnato
😴 sleeping, zzz, tired; dormire, sonno, notte
😷 mask, ill; mascherina, malato
🤒 fever, ill, thermometer; febbre, malato, termometro
🤕 hurt, bandage; ferito, benda
🤢 nausea, sick; nausea, schifo
🤮 vomiting, sick; vomito, schifo
🤧 sneeze, cold; starnuto, raffreddore
🥵 hot, heat; caldo, afa
🥶 cold, freezing; freddo, gelo
😵 dizzy, shocked; stordito, sconvolto
🤯 mind blown, exploding head; testa che esplode, incredibile
🤠 cowboy; cowboy
🥳 party face, birthday, celebrate; festa, compleanno, festeggiare
😎 cool, sunglasses; figo, occhiali da sole
🤓 nerd, glasses; secchione, occhiali
🧐 monocle, inspect; monocolo, esaminare
😕 confused; confuso
😟 worried; preoccupato
🙁 slight frown, sad; broncio, triste
☹️ frown, sad; triste, broncio
😮 open mouth, wow, surprise; bocca aperta, sorpresa
😲 astonished, shocked; stupito, sorpreso
😳 flushed, embarrassed; imbarazzato, rosso
🥺 pleading, please, puppy eyes; supplica, per favore
😦 dismayed; sgomento
😨 fearful, afraid; paura, spavento
😰 anxious, sweat; ansia, sudore
😥 sad but relieved; triste, sollevato
😢 crying, sad, tear; piangere, triste, lacrima
😭 sobbing, loud crying; pianto, singhiozzo
😱 scream, fear, horror; urlo, terrore
😖 confounded; frustrato
😣 persevering; sforzo
😞 disappointed; deluso
😓 downcast, sweat; abbattuto, sudore
😩 weary, tired; stanco, esausto
😫 exhausted, tired; sfinito, stanco
🥱 yawn, bored; sbadiglio, noia
😤 huffing, triumph; sbuffare, trionfo
😡 angry, rage; arrabbiato, rabbia
😠 cross, angry; irritato, arrabbiato
🤬 swearing, curse; imprecare, parolaccia
😈 devil, mischief; diavolo, birichino
💀 skull, dead; teschio, morto
💩 poo; cacca
🤡 clown; pagliaccio
👻 ghost; fantasma
👽 alien; alieno
🤖 robot; robot
😺 cat smile; gatto sorridente
🙈 see no evil, monkey, shy; non vedo, scimmia
🙉 hear no evil, monkey; non sento, scimmia
🙊 speak no evil, monkey; non parlo, scimmia`,
  people: `
👋 wave, hello, bye; ciao, saluto
🤚 back of hand; dorso della mano
✋ raised hand, stop, high five; mano alzata, alt, cinque
👌 ok, perfect; ok, perfetto
🤌 pinched fingers, italian; dita a pinza, ma che vuoi
🤏 pinch, small; pochino, piccolo
✌️ victory, peace; vittoria, pace
🤞 fingers crossed, luck; dita incrociate, fortuna
🤟 love you gesture; ti amo, gesto
🤘 horns, rock; corna, rock
🤙 call me, shaka; chiamami, surf
👈 point left; indice a sinistra
👉 point right; indice a destra
👆 point up; indice in alto
👇 point down; indice in basso
☝️ one, up, attention; uno, attenzione
👍 thumbs up, yes, good, like; pollice su, sì, bene, mi piace
👎 thumbs down, no, bad; pollice giù, no, male
✊ fist, solidarity; pugno alzato
👊 fist bump, punch; pugno
👏 clap, bravo, applause; applauso, bravo, brava
🙌 raised hands, hooray; mani in alto, evviva
🫶 heart hands, love; cuore con le mani, amore
🤲 open palms; palmi aperti
🤝 handshake, deal; stretta di mano, accordo
🙏 please, thanks, pray; per favore, grazie, preghiera
✍️ writing; scrivere
💪 strong, muscle; forte, muscolo, forza
👂 ear, listen; orecchio, ascoltare
👀 eyes, look; occhi, guardare
👁️ eye; occhio
👄 mouth; bocca
🧠 brain, mind; cervello, mente
👶 baby; neonato, bebè
🧒 child; bambino, bambina
👩 woman; donna
👨 man; uomo
👵 grandmother, old woman; nonna, anziana
👴 grandfather, old man; nonno, anziano
🤷 shrug, do not know; boh, non so
🤦 facepalm; mano in faccia, che figura
🙋 hand up, me; alzare la mano, io
🙇 bow, sorry; inchino, scusa
💃 dancing woman; ballerina, ballo
🕺 dancing man; ballerino, ballo
🏃 running; correre, corsa
🚶 walking; camminare, passeggiata
👫 couple; coppia
👪 family; famiglia
👮 police; polizia
🧑‍⚕️ doctor, nurse; medico, infermiera
🧑‍🍳 cook; cuoco, cuoca
🧑‍💻 technologist, computer; informatico, computer
🎅 father christmas, santa; babbo natale`,
  hearts: `
❤️ red heart, love; cuore rosso, amore
🧡 orange heart; cuore arancione
💛 yellow heart; cuore giallo
💚 green heart; cuore verde
💙 blue heart; cuore blu
💜 purple heart; cuore viola
🖤 black heart; cuore nero
🤍 white heart; cuore bianco
🤎 brown heart; cuore marrone
💔 broken heart; cuore spezzato
❣️ heart exclamation; cuore esclamativo
💕 two hearts; due cuori
💖 sparkling heart; cuore luccicante
💗 growing heart; cuore che cresce
💘 arrow heart, cupid; cuore con freccia, cupido
💝 heart with ribbon; cuore con fiocco
💋 kiss mark; bacio, rossetto
💯 hundred points, full; cento, perfetto
💢 anger; rabbia
💥 collision, boom; esplosione, bum
💫 dizzy star; stella, vertigini
💦 drops, sweat, splash; gocce, spruzzi
💨 wind, fast; vento, veloce
💬 speech bubble; fumetto, messaggio
💤 sleep, zzz; sonno, dormire
✨ sparkles, shine, new; scintille, brillare
⭐ star; stella
🌟 glowing star; stella brillante
🔥 fire, hot; fuoco, fiamma
🎉 party popper, congratulations, celebrate; festa, auguri, congratulazioni
🎊 confetti; coriandoli, festa`
} as const
