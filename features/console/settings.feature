Feature: Settings of the console, and options of a session on a phone
  What a representative sets for themselves stays on their device.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Drew is signed in to the Android console

  @SET-01
  Scenario: Sounds are on until they are turned off, and stay off
    When Alex writes "Lunch?" to Drew in team chat
    Then Drew's device plays the sound "team chat" 1 time
    When Drew turns sounds off
    And Alex writes "At noon?" to Drew in team chat
    Then Drew reads "At noon?" from Alex in team chat
    And Drew's device plays the sound "team chat" 1 time
    When Drew starts the console anew
    And Drew signs in again
    Then Drew is signed in
    When Alex writes "Where are you?" to Drew in team chat
    Then Drew reads "Where are you?" from Alex in team chat
    And Drew's device plays the sound "team chat" 1 time
    When Drew turns sounds on
    And Alex writes "Hello?" to Drew in team chat
    Then Drew's device plays the sound "team chat" 2 times

  @SET-03
  Scenario: The phone's screen stays awake while it shows a session
    Given Drew ticks "Keep screen awake"
    Then Drew's device may dim its screen
    Given Carla is in session with Drew
    Then Drew's device keeps its screen awake
    When Drew ends Carla's session
    Then Drew's device may dim its screen

  @SET-03
  Scenario: Unticked, it may dim
    Given Carla is in session with Drew
    Then Drew's device may dim its screen
    When Drew ticks "Keep screen awake"
    Then Drew's device keeps its screen awake
    When Drew unticks "Keep screen awake"
    Then Drew's device may dim its screen

  @SET-04
  Scenario: The pointer goes as far as the finger, or half as far and more precisely
    Given Carla is in session with Drew
    And Drew has screen sharing open in Carla's session
    And Drew sees Carla's screen
    And Drew ticks "Scale pointer movement"
    Then Drew sees the pointer of Carla's screen at 960, 540
    When Drew's fingers "drag with one finger" on Carla's screen, 40 pixels right and 10 pixels down
    Then Drew sees the pointer of Carla's screen at 1000, 550
    When Drew unticks "Scale pointer movement"
    And Drew's fingers "drag with one finger" on Carla's screen, 40 pixels right and 9 pixels down
    Then Drew sees the pointer of Carla's screen at 1020, 554
    When Drew's fingers "drag with one finger" on Carla's screen, 0 pixels right and 1 pixels down
    Then Drew sees the pointer of Carla's screen at 1020, 555

  @SET-05 @SET-08
  Scenario: Scrolling and panning trade their gestures
    Given Carla is in session with Drew
    When Drew opens the options of Carla's session
    And Drew picks the option "Gestures Help" of Carla's session
    Then Drew's gestures help says that "drag with two fingers" is to "pan the screen"
    And Drew's gestures help says that "drag with three fingers" is to "scroll the mouse wheel"
    When Drew ticks "Swap scroll and pan gestures"
    Then Drew's gestures help says that "drag with two fingers" is to "scroll the mouse wheel"
    And Drew's gestures help says that "drag with three fingers" is to "pan the screen"
    And Drew's gestures help says that "tap" is to "left-click"
    When Drew taps Back
    Then Drew sees no gestures help

  @SET-06
  Scenario: The options of a session
    Given Carla is in session with Drew
    When Drew opens the options of Carla's session
    Then Drew is offered the options "Fullscreen, Special Actions, Paste Clipboard, Privacy Screen, Performance, Displays, Reboot, Gestures Help"
    When Drew taps Back
    Then Drew is offered no options

  @SET-06 @BRW-02
  Scenario: Where no machine is shared, what would act on it is absent
    Given Carla is a customer with a Windows PC
    And Erin is signed in to the Android console
    And Carla follows the help link "shop-checkout"
    And Erin accepts Carla's session
    When Erin opens the options of Carla's session
    Then Erin is offered the options "Fullscreen, Gestures Help"

  @SET-07
  Scenario: Fullscreen hides the console's own frame until Back
    Given Carla is in session with Drew
    When Drew opens the options of Carla's session
    And Drew picks the option "Fullscreen" of Carla's session
    Then Carla's display fills Drew's device
    And Drew is offered no options
    When Drew taps Back
    Then Drew's console shows its frame
    And Drew has Carla's session open

  @SET-08
  Scenario: The walk-through of gestures
    Given Carla is in session with Drew
    When Drew opens the options of Carla's session
    And Drew picks the option "Gestures Help" of Carla's session
    Then Drew's gestures help shows:
      | tap                     | left-click                |
      | double-tap              | double-click              |
      | drag with one finger    | move the pointer          |
      | double-tap and drag     | drag and drop             |
      | pinch                   | zoom                      |
      | tap with two fingers    | right-click               |
      | drag with two fingers   | pan the screen            |
      | drag with three fingers | scroll the mouse wheel    |
      | tap with three fingers  | show or hide the keyboard |
      | tap and hold            | locate the pointer        |

  @SET-03 @SET-06
  Scenario: A desktop has no use for what is made for fingers
    Given Carla is in session with Alex
    When Alex tries to tick "Keep screen awake"
    Then Alex's device may dim its screen
    When Alex tries to open the options of Carla's session
    Then Alex is offered no options
