/* What the page of a place gains from a script: share and «mi ubicación». It works without. */
const share = document.getElementById('compartir');
const shared = document.getElementById('compartido');
if (share) {
  share.hidden = false;
  share.addEventListener('click', async () => {
    const url = share.dataset.address;
    try {
      if (navigator.share && matchMedia('(pointer: coarse)').matches) await navigator.share({ title: document.title, url });
      else {
        await navigator.clipboard.writeText(url);
        shared.textContent = 'Dirección copiada.';
      }
    } catch (error) {
      if (error.name !== 'AbortError') shared.textContent = `Copie esta dirección: ${url}`;
    }
  });
}
const locate = document.getElementById('mi-ubicacion');
const words = document.getElementById('aviso-ubicacion');
const DENIED = 'El navegador no dio permiso de ver su ubicación. Puede darlo en sus ajustes, escribir la dirección o tocar el lugar en el mapa.';
const FAILED = 'No fue posible obtener su ubicación. Escriba la dirección o toque el lugar en el mapa.';
if (locate && navigator.geolocation) {
  locate.hidden = false;
  locate.addEventListener('click', () => {
    words.textContent = 'Buscando su ubicación…';
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const error = Math.min(100000, Math.ceil(coords.accuracy)); // as the browser states it
        location.assign(`/lugar?lat=${coords.latitude.toFixed(5)}&lon=${coords.longitude.toFixed(5)}&error_m=${error}`);
      },
      (error) => { words.textContent = error.code === error.PERMISSION_DENIED ? DENIED : FAILED; },
      { timeout: 15000, maximumAge: 0 },
    );
  });
}
